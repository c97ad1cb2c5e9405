import fc from "fast-check";
import { expect, it } from "vitest";
import type { Instance } from "./instance.ts";
import { freeRooms, type Placement, placeTasks } from "./place-tasks.ts";
import type { Task } from "./task.ts";
import { sampleInstance, sampleTask, times } from "./testing/samples.ts";

const byMemory: Placement = { type: "binpack", by: "memory" };
const byCpu: Placement = { type: "binpack", by: "cpu" };
const byZone: Placement = { type: "spread", by: "availability-zone" };

it("binpack fills the instance with the least left [botocore PlacementStrategy]", () => {
  const running = [sampleTask("old", { instanceId: "i-2" })];

  const placed = placeTasks([waiting("new")], [sampleInstance("i-1"), sampleInstance("i-2")], running, [byMemory]);

  expect(placed).toEqual([{ taskId: "new", instanceId: "i-2" }]);
});

it("binpack looks at the resource it is given [botocore PlacementStrategy]", () => {
  const instances = [
    sampleInstance("little-cpu", { room: { cpuUnits: 1_024, memoryMebibytes: 9_000, slots: 4 } }),
    sampleInstance("little-memory", { room: { cpuUnits: 9_000, memoryMebibytes: 2_048, slots: 4 } }),
  ];

  expect(placeTasks([waiting("t")], instances, [], [byCpu])).toMatchObject([{ instanceId: "little-cpu" }]);
  expect(placeTasks([waiting("t")], instances, [], [byMemory])).toMatchObject([{ instanceId: "little-memory" }]);
});

it("spread takes the zone with the fewest tasks [A23 ecs_services.md]", () => {
  const instances = [sampleInstance("i-1"), sampleInstance("i-2", { availabilityZone: "b" })];

  const placed = placeTasks(
    times(4, (index) => waiting(`t-${index}`)),
    instances,
    [],
    [byZone, byMemory],
  );

  expect(placed.map(({ instanceId }) => instanceId)).toEqual(["i-1", "i-2", "i-1", "i-2"]);
});

it("spread counts the tasks that run already [A23 ecs_services.md]", () => {
  const instances = [sampleInstance("i-1"), sampleInstance("i-2", { availabilityZone: "b" })];
  const running = [sampleTask("old", { instanceId: "i-1" })];

  expect(placeTasks([waiting("new")], instances, running, [byZone])).toMatchObject([{ instanceId: "i-2" }]);
});

it.each([
  { lacks: "cpu", room: { cpuUnits: 1_023, memoryMebibytes: 8_192, slots: 4 } },
  { lacks: "memory", room: { cpuUnits: 4_096, memoryMebibytes: 2_047, slots: 4 } },
  { lacks: "slots", room: { cpuUnits: 4_096, memoryMebibytes: 8_192, slots: 0 } },
])("places nothing where $lacks are lacking [A managed-scaling-behavior]", ({ room }) => {
  expect(placeTasks([waiting("t")], [sampleInstance("i", { room })], [], [byMemory])).toEqual([]);
});

it.each(["booting", "draining"] as const)("places nothing on an instance that is %s", (state) => {
  expect(placeTasks([waiting("t")], [sampleInstance("i", { state })], [], [byMemory])).toEqual([]);
});

it("lets a small task pass a large one that waits", () => {
  const large = { id: "large", size: { cpuUnits: 9_999, memoryMebibytes: 1 } };

  expect(placeTasks([large, waiting("small")], [sampleInstance("i")], [], [byMemory])).toEqual([
    { taskId: "small", instanceId: "i" },
  ]);
});

it("never places beyond the room there is, and leaves no task waiting that would still fit", () => {
  fc.assert(
    fc.property(fc.array(anyRoom, { maxLength: 6 }), fc.array(anySize, { maxLength: 40 }), anyStrategy, (...given) => {
      const [rooms, sizes, strategy] = given;
      const instances: Instance[] = rooms.map((room, index) =>
        sampleInstance(`i-${index}`, { room, availabilityZone: index % 2 ? "a" : "b" }),
      );
      const tasks: Task[] = sizes.map((size, index) => sampleTask(`t-${index}`, { size, state: "provisioning" }));

      const placed = new Map(placeTasks(tasks, instances, [], strategy).map((one) => [one.taskId, one.instanceId]));

      const after = tasks.map((task): Task => {
        const instanceId = placed.get(task.id);
        return instanceId === undefined ? task : { ...task, state: "pending", instanceId };
      });
      const free = [...freeRooms(instances, after).values()];
      expect(free.flatMap((room) => Object.values(room)).filter((left) => left < 0)).toEqual([]);
      const left = after.filter(({ state }) => state === "provisioning");
      expect(placeTasks(left, instances, after, strategy)).toEqual([]);
    }),
  );
});

const anyRoom = fc.record({ cpuUnits: fc.nat(4_096), memoryMebibytes: fc.nat(8_192), slots: fc.nat(6) });
const anySize = fc.record({ cpuUnits: fc.nat(2_048), memoryMebibytes: fc.nat(4_096) });
const anyStrategy = fc.subarray([byZone, byMemory, byCpu]);

function waiting(id: string): Task {
  return sampleTask(id, { state: "provisioning" });
}
