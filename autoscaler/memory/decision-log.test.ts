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

it("gives the latest decisions back, newest first, so whole that they are decided again the same", async () => {
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

it("tells a decision that this version would not make", async () => {
  const world = new TickWorld();
  await world.tick();
  const [record] = world.records;
  if (!record) throw new Error("the tick left no record");

  const replayed = replayDecision({ ...record, decision: { ...record.decision, tasks: 99 } });

  expect(replayed.isSame).toBe(false);
});
