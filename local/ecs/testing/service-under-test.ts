import { once } from "node:events";
import type { ManualClock } from "../../../runtime/clock.ts";
import type { Processes } from "../../processes/processes.ts";
import type { CapacityDefinition } from "../capacity.ts";
import { EcsCluster } from "../cluster.ts";
import type { TaskDefinition } from "../running-task.ts";
import type { Service, ServiceTargets, Task } from "../service.ts";

/** Shell scripts that take the place of workers. */
export const workers = {
  /** Prints "here", and ends on SIGTERM. */
  polite: 'trap "echo bye; exit 0" TERM; echo here; sleep 1000 & wait',
  deaf: 'trap "" TERM; echo here; while :; do sleep 1000; done',
  failing: "exit 3",
};

export interface ServiceUnderTest {
  cluster: EcsCluster;
  service: Service;
  clock: ManualClock;
  /** The service's events, without task ids. */
  events: string[];
  /** The cluster's events. */
  clusterEvents: string[];
  lines: { taskId: string; line: string }[];
  /** Resolves when that many tasks have printed "here". */
  here(count: number): Promise<void>;
  /** Stops all tasks within the limit. */
  stop(limitSeconds?: number): Promise<void>;
}

/** One permanent instance with room for ten tasks. */
const oneInstance: CapacityDefinition = {
  providerName: "instances",
  group: {
    name: "instances",
    arn: "arn:aws:autoscaling:eu-central-1:000000000000:autoScalingGroup:1:autoScalingGroupName/instances",
    tags: {},
  },
  room: { cpuUnits: 10_240, memoryMebibytes: 10_240, slots: Number.POSITIVE_INFINITY },
  minimum: 1,
  maximum: 1,
  availabilityZones: ["eu-central-1a", "eu-central-1b"],
  protectsInstances: true,
  releasesEmptyInstances: false,
  drains: true,
};

/** Instances boot immediately. */
const atOnce = 1_000_000;

/** Starts a service of shell scripts on a cluster of its own. Cluster and processes use the given clock. */
export function startServiceUnderTest(
  processes: Processes,
  clock: ManualClock,
  options: {
    desiredCount?: number;
    script?: string;
    definition?: Partial<TaskDefinition>;
    capacity?: Partial<CapacityDefinition>;
    speed?: number;
    targets?: ServiceTargets;
  } = {},
): ServiceUnderTest {
  const { script = workers.polite, definition, desiredCount = 1, capacity, speed = atOnce, targets } = options;
  const events: string[] = [];
  const clusterEvents: string[] = [];
  const lines: { taskId: string; line: string }[] = [];
  let onLine = () => {};
  const cluster = new EcsCluster({
    place: { name: "sluice-dev", region: "eu-central-1", accountId: "000000000000" },
    hasContainerInsights: true,
    clock,
    processes,
    speed,
    onEvent(source, message) {
      const heard = source.startsWith("service/") ? events : clusterEvents;
      heard.push(message.replaceAll(/ \(task [0-9a-f]{8}\)/g, ""));
    },
  });
  cluster.attachCapacity({ ...oneInstance, ...capacity });
  const service = cluster.startService({
    name: "worker",
    desiredCount,
    taskDefinition: {
      family: "sluice-dev-worker",
      revision: 1,
      command: ["sh", "-c", script],
      directory: ".",
      environment: () => ({ PATH: process.env.PATH ?? "" }),
      stopTimeoutSeconds: 30,
      size: { cpuUnits: 1_024, memoryMebibytes: 1_024 },
      ...definition,
    },
    strategy: [{ type: "binpack", by: "memory" }],
    targets,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    onLine(taskId, line) {
      lines.push({ taskId, line });
      onLine();
    },
  });
  return {
    cluster,
    service,
    clock,
    events,
    clusterEvents,
    lines,
    here: (count) =>
      new Promise((resolve) => {
        onLine = () => {
          if (lines.filter(({ line }) => line === "here").length >= count) resolve();
        };
        onLine();
      }),
    stop: (limitSeconds) => cluster.stop(limitSeconds),
  };
}

/** The next task that stops. */
export async function nextStopped(service: Service): Promise<Task> {
  const [task] = (await once(service.events, "stopped")) as [Task];
  return task;
}

export function idsOf(tasks: Task[]): string[] {
  return tasks.map(({ id }) => id);
}
