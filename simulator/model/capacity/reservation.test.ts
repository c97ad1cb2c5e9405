import { expect, it } from "vitest";
import { measureReservation } from "./reservation.ts";
import { sampleInstance, sampleSettings, sampleTask, times } from "./testing/samples.ts";

it.each([
  { name: "nothing at all", instances: 0, busy: 0, waiting: 0, needed: 0, percent: 100, source: "C CR/653" },
  { name: "tasks but no instance", instances: 0, busy: 0, waiting: 40, needed: 10, percent: 200, source: "A CR/961" },
  { name: "all instances at work", instances: 4, busy: 4, waiting: 0, needed: 4, percent: 100, source: "A" },
  { name: "empty instances", instances: 4, busy: 1, waiting: 0, needed: 1, percent: 25, source: "A" },
  { name: "no instance at work", instances: 4, busy: 0, waiting: 0, needed: 0, percent: 0, source: "A" },
  { name: "more tasks than room", instances: 2, busy: 2, waiting: 11, needed: 4, percent: 200, source: "A" },
  { name: "waiting tasks with room", instances: 4, busy: 1, waiting: 7, needed: 2, percent: 50, source: "A" },
])("counts $needed instances and $percent % with $name [$source managed-scaling-behavior]", (row) => {
  const instances = times(row.instances, (index) => sampleInstance(`i-${index}`));
  for (const instance of instances.slice(0, row.busy)) sampleTask("busy", { instance });
  const waiting = times(row.waiting, (index) => sampleTask(`waiting-${index}`));

  const reservation = measureReservation(instances, waiting, sampleSettings);

  expect(reservation).toEqual({ neededInstances: row.needed, instances: row.instances, percent: row.percent });
});

it("counts neither booting nor draining instances [? docs/model.md]", () => {
  const instances = (["registered", "booting", "draining"] as const).map((state) => sampleInstance(state, { state }));

  expect(measureReservation(instances, [], sampleSettings)).toMatchObject({ instances: 1 });
});

it("stays at the target when no waiting task fits an instance [A managed-scaling-behavior]", () => {
  const huge = sampleTask("huge", { size: { cpuUnits: 5_000, memoryMebibytes: 1 } });

  expect(measureReservation([sampleInstance("i")], [huge], { ...sampleSettings, targetCapacityPercent: 80 })).toEqual({
    neededInstances: 1,
    instances: 1,
    percent: 80,
  });
});

it("packs groups of unlike tasks together", () => {
  const small = times(2, (index) => sampleTask(`small-${index}`, { size: { cpuUnits: 512, memoryMebibytes: 512 } }));
  const waiting = [...times(3, (index) => sampleTask(`t-${index}`)), ...small];

  expect(measureReservation([], waiting, sampleSettings)).toMatchObject({ neededInstances: 2 });
});
