import * as pulumi from "@pulumi/pulumi";

/** Tags of every resource. Instances, volumes and Auto Scaling groups do not inherit the provider's default tags and set these themselves. */
export function stackTags(): Record<string, string> {
  return { project: pulumi.getProject(), stack: pulumi.getStack() };
}
