import type { Instance } from "../instance.ts";
import { defaults } from "../parameters.ts";
import { type SchedulerSettings, type Service, stepService } from "../service-scheduler.ts";
import type { Task } from "../task.ts";

/** A registered instance with room for four sample tasks. */
export function sampleInstance(id: string, changes: Partial<Instance> = {}): Instance {
  return {
    id,
    availabilityZone: "a",
    room: { cpuUnits: 4_096, memoryMebibytes: 8_192, slots: 4 },
    state: "registered",
    launchedAt: 0,
    registersAt: 0,
    isProtected: true,
    ...changes,
  };
}

/** A task of one vCPU, running where it is told to. */
export function sampleTask(id: string, changes: Partial<Task> = {}): Task {
  return { id, size: { cpuUnits: 1_024, memoryMebibytes: 2_048 }, revision: 1, state: "running", since: 0, ...changes };
}

/** `count` values made from their index. */
export function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** The documented defaults, for tasks of one vCPU that are packed by memory. */
export const sampleSettings: SchedulerSettings = {
  ...defaults,
  taskSize: { cpuUnits: 1_024, memoryMebibytes: 2_048 },
  strategy: [{ type: "binpack", by: "memory" }],
};

/** Lets the scheduler look once a second until `until`, and returns what it came to. */
export function playService(
  service: Service,
  instances: readonly Instance[],
  { from = 0, until, settings = sampleSettings }: { from?: number; until: number; settings?: SchedulerSettings },
): Service {
  let played = service;
  for (let now = from; now <= until; now += 1_000) {
    played = stepService(played, { instances, otherTasks: [] }, settings, now);
  }
  return played;
}

/** How many tasks are in each state. */
export function countStates({ tasks }: Service): Record<Task["state"], number> {
  const counts = { provisioning: 0, pending: 0, running: 0, stopping: 0 };
  for (const { state } of tasks) counts[state] += 1;
  return counts;
}
