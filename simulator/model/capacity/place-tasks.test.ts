import fc from "fast-check";
import { expect, it } from "vitest";
import type { Instance, Size } from "./instance.ts";
import { findRoom, type Placement } from "./place-tasks.ts";
import { sampleInstance, sampleTask, times } from "./testing/samples.ts";

const byMemory: Placement = { type: "binpack", by: "memory" };
const byCpu: Placement = { type: "binpack", by: "cpu" };
const byZone: Placement = { type: "spread", by: "availability-zone" };
const size: Size = { cpuUnits: 1_024, memoryMebibytes: 2_048 };

it("binpack fills the instance with the least left, the first among equals [botocore PlacementStrategy]", () => {
  const instances = times(3, (index) => sampleInstance(`i-${index}`));
  sampleTask("old", { instance: instances[1] });

  expect(findRoom(instances, size, [byMemory])?.id).toBe("i-1");
  expect(findRoom([sampleInstance("i-8"), sampleInstance("i-9")], size, [byMemory])?.id).toBe("i-8");
});

it("binpack looks at the resource it is given [botocore PlacementStrategy]", () => {
  const instances = [
    sampleInstance("little-cpu", { room: { cpuUnits: 1_024, memoryMebibytes: 9_000, slots: 4 } }),
    sampleInstance("little-memory", { room: { cpuUnits: 9_000, memoryMebibytes: 2_048, slots: 4 } }),
  ];

  expect(findRoom(instances, size, [byCpu])?.id).toBe("little-cpu");
  expect(findRoom(instances, size, [byMemory])?.id).toBe("little-memory");
});

it("spread takes the zone with the fewest tasks [A23 ecs_services.md]", () => {
  const instances = [sampleInstance("i-1"), sampleInstance("i-2", { availabilityZone: "b" })];

  const placed = times(4, (index) => {
    const instance = findRoom(instances, size, [byZone, byMemory]);
    sampleTask(`t-${index}`, { instance });
    return instance?.id;
  });

  expect(placed).toEqual(["i-1", "i-2", "i-1", "i-2"]);
});

it.each([
  { lacks: "cpu", room: { cpuUnits: 1_023, memoryMebibytes: 8_192, slots: 4 } },
  { lacks: "memory", room: { cpuUnits: 4_096, memoryMebibytes: 2_047, slots: 4 } },
  { lacks: "slots", room: { cpuUnits: 4_096, memoryMebibytes: 8_192, slots: 0 } },
])("places nothing where $lacks are lacking [A managed-scaling-behavior]", ({ room }) => {
  expect(findRoom([sampleInstance("i", { room })], size, [byMemory])).toBeUndefined();
});

it.each(["booting", "draining"] as const)("places nothing on an instance that is %s", (state) => {
  expect(findRoom([sampleInstance("i", { state })], size, [byMemory])).toBeUndefined();
});

it("never places beyond the room there is, and finds room as long as there is some", () => {
  fc.assert(
    fc.property(fc.array(anyRoom, { maxLength: 6 }), fc.array(anySize, { maxLength: 40 }), anyStrategy, (...given) => {
      const [rooms, sizes, strategy] = given;
      const instances: Instance[] = rooms.map((room, index) =>
        sampleInstance(`i-${index}`, { room, availabilityZone: index % 2 ? "a" : "b" }),
      );
      for (const one of sizes) {
        const instance = findRoom(instances, one, strategy);
        if (instance) sampleTask("t", { size: one, instance });

        const left = instances.map(({ free }) => free);
        expect(left.flatMap((room) => Object.values(room)).filter((amount) => amount < 0)).toEqual([]);
        if (instance) continue;
        const isLarge = ({ cpuUnits, memoryMebibytes }: Size) =>
          cpuUnits >= one.cpuUnits && memoryMebibytes >= one.memoryMebibytes;
        expect(left.some((room) => isLarge(room) && room.slots > 0)).toBe(false);
      }
    }),
  );
});

const anyRoom = fc.record({ cpuUnits: fc.nat(4_096), memoryMebibytes: fc.nat(8_192), slots: fc.nat(6) });
const anySize = fc.record({ cpuUnits: fc.nat(2_048), memoryMebibytes: fc.nat(4_096) });
const anyStrategy = fc.subarray([byZone, byMemory, byCpu]);
