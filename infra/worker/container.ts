import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { VariablesOf, workerEnvironment } from "../../contract/environment.ts";
import { workerNodeFlags } from "../../contract/memory-budget.ts";
import { sharedFilesPath } from "../../contract/shared-files.ts";
import type { Config } from "../config.ts";
import type { EventAccess } from "../events.ts";
import type { WorkerImage } from "../image.ts";
import { containerLogs } from "../log-group.ts";
import type { OwnersTable } from "../owners-table.ts";
import type { JobQueue } from "../queue.ts";
import type { ScalingTable } from "../scaling-table.ts";
import { type SharedFiles, sharedMountPoint } from "../shared-files.ts";
import type { JobStorage } from "../storage.ts";

export interface ContainerArgs {
  config: Config;
  queue: JobQueue;
  storage: JobStorage;
  /** Undefined without a controller. */
  scalingTable: ScalingTable | undefined;
  ownersTable: OwnersTable;
  events: EventAccess;
  /** Undefined if `sharedFiles` is off. */
  sharedFiles: SharedFiles | undefined;
}

/** For the files of runs: payloads, uploads and results, which would otherwise take the task's memory. */
export const temporaryVolume = "temporary";

/** Where the container has this volume. */
const temporaryFolder = "/tmp";

/** Relative to the image's working directory; the only writable folder in it. The worker touches its liveness file here. */
const scratchFolder = "run";

/** Fargate has no file systems in memory (tmpfs). */
const livenessFile = ({ compute }: Pick<Config, "compute">): string =>
  `${compute === "ec2" ? scratchFolder : temporaryFolder}/alive`;

/** The definition of the worker's container, with the least privileges of the operating system. */
export function containerDefinitions(
  args: ContainerArgs,
  image: WorkerImage,
  logGroup: aws.cloudwatch.LogGroup,
  options: pulumi.InvokeOptions,
): pulumi.Output<string> {
  const { config } = args;
  const region = aws.getRegionOutput({}, options).region;
  return pulumi.jsonStringify([
    {
      name: "worker",
      image: image.uri,
      command: ["node", ...workerNodeFlags, "main.mjs"],
      essential: true,
      stopTimeout: config.stopTimeoutSeconds,
      environment: sortedVariables(args, region),
      ...(config.gpus > 0 ? { resourceRequirements: [{ type: "GPU", value: String(config.gpus) }] } : {}),
      healthCheck: aliveLately(livenessFile(config)),
      // Docker gives a new volume the owner and mode of the image's folder at this path, which every user may write to.
      // Fargate does so for a path that the image declares as a volume.
      mountPoints: [
        { sourceVolume: temporaryVolume, containerPath: temporaryFolder, readOnly: false },
        ...(args.sharedFiles ? [sharedMountPoint] : []),
      ],
      ...confinement(config),
      logConfiguration: containerLogs(logGroup, region, "worker"),
    },
  ]);
}

/** Sorted, so that an unchanged environment gives an unchanged task definition. */
function sortedVariables(
  { config, queue, storage, scalingTable, ownersTable, events, sharedFiles }: ContainerArgs,
  region: pulumi.Output<string>,
) {
  const environment: VariablesOf<typeof workerEnvironment, pulumi.Input<string>> = {
    JOBS_TABLE_NAME: storage.table.name,
    ...queue.environment(),
    DEAD_LETTER_QUEUE_URL: queue.deadLetterQueue.url,
    ARTIFACTS_BUCKET_NAME: storage.bucket.bucket,
    VISIBILITY_SECONDS: String(config.visibilitySeconds),
    RETENTION_DAYS: String(config.retentionDays),
    SLOTS: String(config.slots),
    TASK_MEMORY_MEGABYTES: String(config.taskMemoryMegabytes),
    FRESH_RUNNER: config.freshRunner,
    STOP_TIMEOUT_SECONDS: String(config.stopTimeoutSeconds),
    JOB_TIMEOUT_SECONDS: String(config.jobTimeoutSeconds),
    LIVENESS_FILE: livenessFile(config),
    TEST_CONTROLS: config.testControls ? "on" : "off",
    TRACING: config.tracing ? "on" : "off",
    ...(scalingTable ? { SCALING_TABLE_NAME: scalingTable.table.name } : {}),
    REPORT_SECONDS: String(reportSeconds(config)),
    ...ownersTable.countStarted().environment,
    ...events.environment,
    ...(sharedFiles ? { SHARED_FOLDER: sharedFilesPath } : {}),
  };
  // Read by the AWS SDK. ECS agents before 1.104 set no region in tasks on EC2: https://github.com/aws/amazon-ecs-agent/pull/4946
  return Object.entries({ ...environment, AWS_REGION: region })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value }));
}

/** Interval of a worker's reports: half a tick of the controller, at least 0.5 s. */
function reportSeconds({ ticksPerMinute, minuteMilliseconds }: Pick<Config, "ticksPerMinute" | "minuteMilliseconds">) {
  return Math.max(0.5, minuteMilliseconds / 1_000 / ticksPerMinute / 2);
}

/**
 * Finds a worker whose event loop has been blocked for a minute. ECS itself notices a worker that has exited. A shell and `find`
 * cost a hundredth of another Node process.
 */
const aliveLately = (file: string) => ({
  command: ["CMD-SHELL", `find ${file} -mmin -1 | grep -q .`],
  interval: 30,
  timeout: 10,
  retries: 3,
  startPeriod: 60,
});

/**
 * Fargate has no privileged mode, and neither Docker's security options nor tmpfs. Managed instances get the same.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
function confinement({ exec, compute }: Pick<Config, "exec" | "compute">) {
  const hasDocker = compute === "ec2";
  return {
    user: "1000:1000",
    ...(hasDocker ? { privileged: false } : {}),
    // The agent of ECS Exec writes to the root file system. AWS does not support it with a read-only one.
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations
    readonlyRootFilesystem: !exec,
    ...(hasDocker ? { dockerSecurityOptions: ["no-new-privileges"] } : {}),
    ulimits: [
      // Enough connections for every slot.
      { name: "nofile", softLimit: 65_536, hardLimit: 65_536 },
      // No core dumps, which would write payloads to the instance's disk. Fargate lets no limit but nofile be set.
      ...(hasDocker ? [{ name: "core", softLimit: 0, hardLimit: 0 }] : []),
    ],
    linuxParameters: {
      // Reaps orphaned child processes of handlers and shells.
      initProcessEnabled: true,
      capabilities: { drop: ["ALL"] },
      ...(hasDocker ? { tmpfs: [inTaskMemory] } : {}),
    },
  };
}

const inTaskMemory = {
  containerPath: `/app/${scratchFolder}`,
  size: 1,
  mountOptions: ["nosuid", "nodev", "noexec"],
};
