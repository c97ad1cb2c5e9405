import * as pulumi from "@pulumi/pulumi";

/** On everything the stack makes. Instances, volumes and groups do not get the provider's default tags: they state these. */
export function stackTags(): Record<string, string> {
  return { project: pulumi.getProject(), stack: pulumi.getStack() };
}
