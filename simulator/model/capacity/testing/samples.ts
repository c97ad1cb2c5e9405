import { AutoScalingGroup, type GroupSettings } from "../auto-scaling-group.ts";
import { bootMilliseconds } from "../boot-time.ts";
import { CapacityProvider, type ManagedScalingSettings } from "../capacity-provider.ts";
import { Cluster } from "../cluster.ts";
import { type Instance, type Size, takeRoom } from "../instance.ts";
import { defaults } from "../parameters.ts";
import { type SchedulerSettings, Service } from "../service-scheduler.ts";
import { isProtected, type Task } from "../task.ts";

const taskSize: Size = { cpuUnits: 1_024, memoryMebibytes: 2_048 };

/** Room for four sample tasks. */
const room = { cpuUnits: 4_096, memoryMebibytes: 8_192, slots: 4 };

/** The documented defaults, for tasks of one vCPU that are packed by memory on instances that boot in the median time. */
export const sampleSettings: Omit<SchedulerSettings, "newTaskId"> & GroupSettings & ManagedScalingSettings = {
  ...defaults,
  taskSize,
  strategy: [{ type: "binpack", by: "memory" }],
  isProtected,
  room,
  availabilityZones: ["a", "b"],
  protectsInstances: true,
  releasesEmptyInstances: true,
  bootMilliseconds: () => bootMilliseconds(0.5, defaults),
};

type Settings = Partial<typeof sampleSettings>;

/** A registered instance with room for four sample tasks. */
export function sampleInstance(id: string, changes: Partial<Instance> = {}): Instance {
  return {
    id,
    availabilityZone: "a",
    room,
    free: { ...(changes.room ?? room) },
    tasks: 0,
    state: "registered",
    launchedAt: 0,
    registersAt: 0,
    leaves: undefined,
    isProtected: true,
    isGone: false,
    ...changes,
  };
}

/** A task of one vCPU: running where it is told to, or waiting for room. */
export function sampleTask(id: string, changes: Partial<Task> = {}): Task {
  const { instance, size = taskSize } = changes;
  if (instance) {
    instance.tasks += 1;
    takeRoom(instance, size);
  }
  const state = instance ? "running" : "provisioning";
  return { id, size, revision: 1, state, since: 0, until: undefined, instance, protectedUntil: undefined, ...changes };
}

/** A service whose tasks are named s-1, s-2 and so on. */
export function sampleService(desired: number, settings: Settings = {}): Service {
  let number = 0;
  return new Service(desired, { ...sampleSettings, ...settings, newTaskId: () => `s-${++number}` });
}

export function sampleGroup(minimum: number, maximum: number, settings: Settings = {}): AutoScalingGroup {
  return new AutoScalingGroup(minimum, maximum, { ...sampleSettings, ...settings });
}

/** A cluster without instances that desires so many tasks; the capacity provider takes its first datapoint at `phase`. */
export function sampleCluster(desired: number, settings: Settings = {}, phase = 0): Cluster {
  return new Cluster({
    service: sampleService(desired, settings),
    group: sampleGroup(0, 10_000, settings),
    scaling: new CapacityProvider({ ...sampleSettings, ...settings }, phase),
  });
}

interface Span {
  from?: number;
  until: number;
}

/** Each second from `from` to `until`. */
export function* eachSecond({ from = 0, until }: Span): Generator<number> {
  for (let now = from; now <= until; now += 1_000) yield now;
}

/** Lets the scheduler look once a second. */
export function playService(service: Service, instances: readonly Instance[], span: Span): void {
  for (const now of eachSecond(span)) service.step({ instances, waitingElsewhere: 0, mayLaunch: true }, now);
}

/** Lets the whole cluster look once a second. */
export function playCluster(cluster: Cluster, span: Span): void {
  for (const now of eachSecond(span)) cluster.look(now);
}

/** `count` values made from their index. */
export function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** How many tasks are in each state. */
export function countStates({ tasks }: Service): Record<Exclude<Task["state"], "stopped">, number> {
  const count = (wanted: Task["state"]) => tasks.filter(({ state }) => state === wanted).length;
  return {
    provisioning: count("provisioning"),
    pending: count("pending"),
    running: count("running"),
    stopping: count("stopping"),
  };
}
