import { beforeEach, expect, it } from "vitest";
import { chooseVictims } from "./choose-victims.ts";
import type { Instance } from "./instance.ts";
import type { Placement } from "./place-tasks.ts";
import { isProtected, type Task } from "./task.ts";
import { sampleInstance, sampleTask } from "./testing/samples.ts";

let instances: Map<string, Instance>;
beforeEach(() => {
  const all = ["a-1", "b-1", "b-2", "b-3"].map((id) => sampleInstance(id, { availabilityZone: id.slice(0, 1) }));
  instances = new Map(all.map((instance) => [instance.id, instance]));
});

const byMemory: Placement = { type: "binpack", by: "memory" };
const byZone: Placement = { type: "spread", by: "availability-zone" };

it("cancels waiting tasks, then starting ones, then stops running ones [D docs/model.md]", () => {
  const tasks = [on("a-1", "running"), on("a-1", "pending", { state: "pending" }), sampleTask("provisioning")];

  expect(victims(tasks, 0)).toEqual([]);
  expect(victims(tasks, 1)).toEqual(["provisioning"]);
  expect(victims(tasks, 2)).toEqual(["provisioning", "pending"]);
  expect(victims(tasks, 9)).toEqual(["provisioning", "pending", "running"]);
});

it("without a strategy takes the zone with most tasks, then the instance with most [A23 ecs_services.md]", () => {
  const tasks = [on("a-1", "t-1"), on("a-1", "t-2"), on("b-1", "t-3"), on("b-2", "t-4"), on("b-2", "t-5")];

  expect(victims(tasks, 1)).toEqual(["t-4"]);
  expect(victims(tasks, 2)).toEqual(["t-4", "t-1"]);
});

it("without a strategy the zone comes before the instance [A23 ecs_services.md]", () => {
  const tasks = [on("a-1", "t-1"), on("a-1", "t-2"), on("b-1", "t-3"), on("b-2", "t-4"), on("b-3", "t-5")];

  expect(victims(tasks, 1)).toEqual(["t-3"]);
});

it("spread takes the zone with most tasks [A23 ecs_services.md]", () => {
  const tasks = [on("a-1", "t-1"), on("a-1", "t-2"), on("a-1", "t-3"), on("b-1", "t-4")];

  expect(victims(tasks, 2, [byZone])).toEqual(["t-1", "t-2"]);
});

it("binpack empties the instance with most left [A23 task-placement-strategies.md]", () => {
  const tasks = [on("a-1", "t-1"), on("a-1", "t-2"), on("b-1", "t-3"), on("b-2", "t-4"), on("b-2", "t-5")];

  expect(victims(tasks, 1, [byMemory])).toEqual(["t-3"]);
  // Once a starting task is gone, its instance has as much left, and its task is the first of the list.
  expect(victims([...tasks, on("a-1", "t-6", { state: "pending" })], 2, [byMemory])).toEqual(["t-6", "t-3"]);
});

it("binpack looks at what is left once the task is gone [A23 task-placement-strategies.md]", () => {
  const small = on("b-1", "small", { size: { cpuUnits: 1_000, memoryMebibytes: 1 } });
  const other = on("b-1", "protected", { size: { cpuUnits: 500, memoryMebibytes: 1 }, protectedUntil: 9 });
  const large = on("a-1", "large", { size: { cpuUnits: 4_000, memoryMebibytes: 1 } });

  expect(victims([small, other, large], 1, [{ type: "binpack", by: "cpu" }])).toEqual(["large"]);
});

it("does not see how long a task has run [CR/125, CR/1763]", () => {
  const tasks = [on("a-1", "t-1"), on("a-1", "t-2"), on("b-1", "t-3")];
  const aged = tasks.map((task, index) => ({ ...task, since: -index }));

  expect(victims(aged, 2)).toEqual(victims(tasks, 2));
});

it("passes over protected tasks until the protection has run out [A23 task-scale-in-protection]", () => {
  const tasks = [on("a-1", "t-1", { protectedUntil: 100 }), on("b-1", "t-2")];

  expect(victims(tasks, 2, [], 99)).toEqual(["t-2"]);
  expect(victims(tasks, 2, [], 100)).toHaveLength(2);
});

function victims(tasks: Task[], count: number, strategy: Placement[] = [], now = 0): string[] {
  return chooseVictims(tasks, tasks, count, { strategy, isProtected }, now).map(({ id }) => id);
}

function on(instanceId: string, id: string, changes: Partial<Task> = {}): Task {
  return sampleTask(id, { instance: instances.get(instanceId), ...changes });
}
