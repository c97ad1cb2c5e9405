import type { Registration } from "../record-program.ts";
import { givesSecretAway, input, setting } from "./reading.ts";
import type { Rule } from "./rule.ts";

const cluster = "aws:ecs/cluster:Cluster";
const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
const service = "aws:ecs/service:Service";

export const ecsRules: Rule[] = [
  {
    ids: ["CKV_AWS_65", "AwsSolutions-ECS4"],
    says: "has Container Insights on",
    types: [cluster],
    holds: (resource) =>
      (input(resource, "settings") as { name: string; value: string }[] | undefined)?.some(
        ({ name, value }) => name === "containerInsights" && ["enabled", "enhanced"].includes(value),
      ) ?? false,
    spoil: setting("settings", []),
  },
  {
    ids: ["CKV_AWS_223", "CKV_AWS_224"],
    says: "logs what is typed in shells, encrypted with a key of the stack's own, if it opens any",
    types: [cluster],
    holds: (resource, program) => !opensShells(program.registrations) || logsShells(resource),
    spoil: (resource, program) => {
      for (const { inputs } of program.registrations.filter(({ type }) => type === service))
        inputs.enableExecuteCommand = true;
      setting("configuration", undefined)(resource);
    },
  },
  {
    ids: ["CKV_AWS_249"],
    says: "has one role to be started by and another for its work",
    types: [taskDefinition],
    holds: (resource) =>
      Boolean(input(resource, "taskRoleArn")) && input(resource, "taskRoleArn") !== input(resource, "executionRoleArn"),
    spoil: (resource) => setting("executionRoleArn", input(resource, "taskRoleArn"))(resource),
  },
  onContainers("CKV_AWS_334", "runs without privileges", ({ privileged }) => privileged !== true, { privileged: true }),
  {
    ids: ["CKV_AWS_335"],
    says: "sees its own processes only",
    types: [taskDefinition],
    holds: (resource) => input(resource, "pidMode") === undefined && input(resource, "ipcMode") === undefined,
    spoil: setting("pidMode", "host"),
  },
  {
    ids: ["sluice-task-temporary-files"],
    says: "writes temporary files to a volume of the task's own, not to its memory or a folder of the instance",
    types: [taskDefinition],
    holds: (resource) => {
      const own = ((input(resource, "volumes") ?? []) as { name: string; hostPath?: string }[]).filter(
        ({ hostPath }) => hostPath === undefined,
      );
      return containers(resource).every(({ mountPoints }) =>
        mountPoints?.some(
          ({ sourceVolume, containerPath }) =>
            containerPath === "/tmp" && own.some(({ name }) => name === sourceVolume),
        ),
      );
    },
    spoil: setting("volumes", [{ name: "temporary", hostPath: "/tmp" }]),
  },
  onContainers(
    "CKV_AWS_336",
    "cannot write to its own files",
    ({ readonlyRootFilesystem }) => readonlyRootFilesystem === true,
    { readonlyRootFilesystem: false },
  ),
  {
    ids: ["CKV_AWS_97"],
    says: "mounts no file system without encrypting what goes there and back",
    types: [taskDefinition],
    holds: (resource) =>
      ((input(resource, "volumes") ?? []) as { efsVolumeConfiguration?: { transitEncryption?: string } }[]).every(
        ({ efsVolumeConfiguration }) =>
          efsVolumeConfiguration === undefined || efsVolumeConfiguration.transitEncryption === "ENABLED",
      ),
    spoil: setting("volumes", [{ name: "shared", efsVolumeConfiguration: { fileSystemId: "fs-1" } }]),
  },
  onContainers("AwsSolutions-ECS2", "has no plain environment", ({ environment }) => (environment ?? []).length === 0),
  onContainers(
    "sluice-task-environment-without-secrets",
    "has no secret in its environment",
    ({ environment }) => (environment ?? []).every(({ name, value }) => !givesSecretAway(name, value)),
    { environment: [{ name: "DATABASE_PASSWORD", value: "hunter2" }] },
  ),
  onContainers(
    "sluice-task-names-its-region",
    "tells the AWS SDK its region",
    ({ environment }) => (environment ?? []).some(({ name, value }) => name === "AWS_REGION" && value !== ""),
    { environment: [] },
  ),
  onContainers(
    "AwsSolutions-ECS7",
    "keeps its log",
    ({ logConfiguration }) => Boolean(logConfiguration?.options?.["awslogs-group"]),
    { logConfiguration: undefined },
  ),
  onContainers(
    "sluice-task-unprivileged-user",
    "runs as nobody in particular, and without capabilities",
    ({ user, linuxParameters }) =>
      user !== undefined &&
      !/^(0|root)(:|$)/.test(user) &&
      linuxParameters?.capabilities?.drop?.includes("ALL") === true,
    { user: "root" },
  ),
  {
    ids: ["CKV_AWS_333"],
    says: "gives tasks no public address",
    types: [service],
    holds: (resource) => input(resource, "networkConfiguration.assignPublicIp") !== true,
    spoil: setting("networkConfiguration.assignPublicIp", true),
  },
];

interface Container {
  privileged?: boolean;
  readonlyRootFilesystem?: boolean;
  user?: string;
  environment?: { name: string; value: string }[];
  logConfiguration?: { options?: Record<string, string> } | undefined;
  mountPoints?: { sourceVolume: string; containerPath: string }[];
  linuxParameters?: { capabilities?: { drop?: string[] } };
}

function onContainers(id: string, says: string, holds: (container: Container) => boolean, spoilt?: Container): Rule {
  return {
    ids: [id],
    says,
    types: [taskDefinition],
    holds: (resource) => containers(resource).length > 0 && containers(resource).every(holds),
    ...(spoilt
      ? {
          spoil: (resource) => {
            const changed = containers(resource).map((container) => ({ ...container, ...spoilt }));
            setting("containerDefinitions", JSON.stringify(changed))(resource);
          },
        }
      : {}),
  };
}

function containers(resource: Registration): Container[] {
  return JSON.parse(String(input(resource, "containerDefinitions"))) as Container[];
}

function opensShells(registrations: Registration[]): boolean {
  return registrations.some((found) => found.type === service && input(found, "enableExecuteCommand") === true);
}

function logsShells(resource: Registration): boolean {
  const shells = "configuration.executeCommandConfiguration";
  return (
    input(resource, `${shells}.logging`) === "OVERRIDE" &&
    Boolean(input(resource, `${shells}.logConfiguration.cloudWatchLogGroupName`)) &&
    input(resource, `${shells}.logConfiguration.cloudWatchEncryptionEnabled`) === true &&
    Boolean(input(resource, `${shells}.kmsKeyId`))
  );
}
