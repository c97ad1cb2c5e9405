import { createHash } from "node:crypto";
import type { Instance, Size } from "../../simulator/model/capacity/instance.ts";
import type { Task } from "../../simulator/model/capacity/task.ts";
import { type ClusterPlace, ecsArn } from "./task.ts";

/** A change of an instance. */
export interface InstanceChange {
  kind: "launched" | "registered" | "draining" | "activated" | "terminated";
  instanceId: string;
  availabilityZone: string;
  at: number;
  launchedAt: number;
}

/** A snapshot of an instance; times are milliseconds since the epoch. */
export interface InstanceView {
  id: string;
  /** ARN as a container instance. */
  arn: string;
  availabilityZone: string;
  state: Instance["state"];
  launchedAt: number;
  /** In the future while it boots. */
  registersAt: number;
  isProtected: boolean;
  /** The group terminates it once its tasks have ended. */
  isTerminating: boolean;
  runningTasks: number;
  pendingTasks: number;
  registered: Size;
  remaining: Size;
}

/** The changes of the instances between two snapshots, in order. */
export function changesBetween(before: readonly Instance[], after: readonly Instance[], now: number): InstanceChange[] {
  const earlier = new Map(before.map((instance) => [instance.id, instance]));
  const changes: InstanceChange[] = [];
  const note = (kind: InstanceChange["kind"], { id, availabilityZone, launchedAt }: Instance) =>
    changes.push({ kind, instanceId: id, availabilityZone, at: now, launchedAt });
  for (const instance of after) {
    const was = earlier.get(instance.id);
    earlier.delete(instance.id);
    if (!was) note("launched", instance);
    if (instance.state === was?.state || instance.state === "booting") continue;
    note(was?.state === "draining" ? "activated" : instance.state, instance);
  }
  for (const gone of earlier.values()) note("terminated", gone);
  return changes;
}

/** For a person to read. */
export function describeChange({ kind, instanceId, availabilityZone, at, launchedAt }: InstanceChange): string {
  if (kind === "launched") return `instance ${instanceId} launched in ${availabilityZone}`;
  if (kind === "draining") return `instance ${instanceId} is draining`;
  if (kind === "activated") return `instance ${instanceId} takes tasks again`;
  if (kind === "terminated") return `instance ${instanceId} terminated`;
  return `instance ${instanceId} registered after ${((at - launchedAt) / 1_000).toFixed(1)} s`;
}

/** The instances with their task counts and free resources. */
export function viewInstances(
  instances: readonly Instance[],
  tasks: readonly Task[],
  cluster: ClusterPlace,
): InstanceView[] {
  const count = (instanceId: string, wanted: (state: Task["state"]) => boolean) =>
    tasks.filter(({ instance, state }) => instance?.id === instanceId && wanted(state)).length;
  return instances.map(({ id, availabilityZone, state, launchedAt, registersAt, isProtected, leaves, room, free }) => ({
    id,
    arn: containerInstanceArn(cluster, id),
    availabilityZone,
    state,
    launchedAt,
    registersAt,
    isProtected,
    isTerminating: leaves?.reason === "scale-in",
    // A stopping task still runs.
    runningTasks: count(id, (task) => task === "running" || task === "stopping"),
    pendingTasks: count(id, (task) => task === "pending"),
    registered: sizeOf(room),
    remaining: sizeOf(free),
  }));
}

/**
 * The ARN of a container instance. AWS gives each registration an id of its own; here the id is a hash of the
 * instance's.
 */
export function containerInstanceArn(cluster: ClusterPlace, instanceId: string): string {
  const id = createHash("sha256").update(`${cluster.name}/${instanceId}`).digest("hex").slice(0, 32);
  return ecsArn(cluster, `container-instance/${cluster.name}/${id}`);
}

function sizeOf({ cpuUnits, memoryMebibytes }: Size): Size {
  return { cpuUnits, memoryMebibytes };
}
