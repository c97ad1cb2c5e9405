import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config.ts";

/** A task definition for Linux on the stack's architecture. */
export function createTaskDefinition(
  name: string,
  { architecture }: Pick<Config, "architecture">,
  args: Omit<aws.ecs.TaskDefinitionArgs, "family" | "runtimePlatform" | "skipDestroy">,
  options: pulumi.CustomResourceOptions,
): aws.ecs.TaskDefinition {
  return new aws.ecs.TaskDefinition(
    name,
    {
      ...args,
      family: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
      runtimePlatform: {
        operatingSystemFamily: "LINUX",
        cpuArchitecture: architecture === "arm64" ? "ARM64" : "X86_64",
      },
      // Keeps the previous revision for the rollback of a failed deployment.
      skipDestroy: true,
    },
    options,
  );
}
