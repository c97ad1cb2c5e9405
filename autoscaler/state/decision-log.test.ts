import { afterAll, beforeAll, expect, it } from "vitest";
import { replayDecision } from "../cli/explain.ts";
import { type ScalingTableUnderTest, startScalingTable } from "../testing/scaling-table.ts";
import { TickWorld } from "../testing/tick-world.ts";
import { createDecisionLog } from "./decision-log.ts";

let table: ScalingTableUnderTest;
beforeAll(async () => {
  table = await startScalingTable();
});
afterAll(() => table.close());

it("returns the latest decisions, the newest first, complete enough to compute them again", async () => {
  const world = new TickWorld();
  const log = createDecisionLog(table);
  world.jobs = { visible: 300, inFlight: 2, delayed: 0 };
  await world.ticks(3);
  world.failing.add("readWorkers");
  await world.ticks(2);

  for (const record of world.records) await log.write(record);
  const latest = await log.latest(4);

  expect(latest.map(({ at }) => at)).toEqual(
    world.records
      .map(({ at }) => at)
      .toReversed()
      .slice(0, 4),
  );
  expect(latest.map((record) => replayDecision(record).isSame)).toEqual([true, true, true, true]);
});

it("returns as many decisions as requested, from several pages of the table", async () => {
  const world = new TickWorld();
  const log = createDecisionLog(table);
  await world.tick();
  const [record] = world.records;
  if (!record) throw new Error("the tick left no record");
  const readErrors = ["x".repeat(300_000)];

  for (let tick = 1; tick <= 5; tick += 1) await log.write({ ...record, at: record.at + tick * 60_000, readErrors });
  const latest = await log.latest(5);

  expect(latest.map(({ at }) => (at - record.at) / 60_000)).toEqual([5, 4, 3, 2, 1]);
});

it("recognizes a decision that this version would not make", async () => {
  const world = new TickWorld();
  await world.tick();
  const [record] = world.records;
  if (!record) throw new Error("the tick left no record");

  const replayed = replayDecision({ ...record, decision: { ...record.decision, tasks: 99 } });

  expect(replayed.isSame).toBe(false);
});
