import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrivalSecond, reportName, scalingKinds, toReportItem } from "../../contract/scaling-table.ts";
import { type ScalingTableUnderTest, startScalingTable } from "../testing/scaling-table.ts";
import { createArrivalReader, createWorkerReader } from "./read-scaling-table.ts";

let table: ScalingTableUnderTest;
beforeAll(async () => {
  table = await startScalingTable();
});
afterAll(() => table.close());

const now = Date.UTC(2026, 0, 1, 12);
const options = () => ({ ...table, windows: { speed: 1, waitTargetSeconds: 60 }, silentSeconds: 30 });

describe("arrivals", () => {
  it("are counted per second over the last two minutes", async () => {
    const read = createArrivalReader(options());
    const counts = { 300: 1_000, 119: 30, 59: 60, 1: 30 };

    const before = await read(now);
    for (const [secondsAgo, jobs] of Object.entries(counts)) {
      await table.put(scalingKinds.arrivals, arrivalSecond(now - Number(secondsAgo) * 1_000), { jobs });
    }

    expect(before).toMatchObject({ perSecond: 0 });
    expect(await read(now)).toEqual({ perSecond: 1, counts: [0, 0, 0, 0, 0, 60, 0, 0, 0, 0, 30, 0] });
  });

  it("fail on an item that is not valid", async () => {
    const later = now + 86_400_000;
    await table.put(scalingKinds.arrivals, arrivalSecond(later), { jobs: "many" });

    await expect(createArrivalReader(options())(later)).rejects.toThrow(/jobs/);
  });
});

describe("workers", () => {
  it("are undefined while there is no recent report", async () => {
    const read = createWorkerReader(options());

    expect(await read(now)).toBeUndefined();
  });

  it("are read from all pages of the table", async () => {
    const ended = Array.from({ length: 40 }, (): [number, number] => [now, 5_000]);
    const padding = "x".repeat(20_000);
    for (let worker = 0; worker < 80; worker += 1) {
      const report = { at: now - 1_000, slots: 2, begunAt: [now - 3_000], ended };
      const item = { ...toReportItem(report), padding };
      await table.put(scalingKinds.workers, reportName(report.at, `worker-${worker}`), item);
    }

    const flow = await createWorkerReader(options())(now);

    expect(flow).toMatchObject({ reportingTasks: 80, slots: 160, busySlots: 80 });
    expect(flow?.serviceSeconds).toHaveLength(400);
  });

  it("are read beside reports of an earlier version during a rollout", async () => {
    const then = now + 43_200_000;
    const report = {
      at: then,
      slots: 2,
      begunAt: [then - 3_000],
      ended: [[then - 1_000, 5_000]] as [number, number][],
    };
    await table.put(scalingKinds.workers, reportName(then, "old"), report);
    await table.put(scalingKinds.workers, reportName(then, "new"), toReportItem(report));

    expect(await createWorkerReader(options())(then)).toEqual({
      reportingTasks: 2,
      slots: 4,
      busySlots: 2,
      agesSeconds: [3, 3],
      serviceSeconds: [5, 5],
    });
  });

  it("are read once each, from the latest report of today", async () => {
    const tomorrow = now + 86_400_000;
    const report = (at: number, slots: number) => ({ at, slots, begunAt: [], ended: [] });
    await table.put(scalingKinds.workers, reportName(tomorrow - 2_000, "w"), report(tomorrow - 2_000, 7));
    await table.put(scalingKinds.workers, reportName(tomorrow, "w"), report(tomorrow, 3));

    expect(await createWorkerReader(options())(tomorrow)).toMatchObject({ reportingTasks: 1, slots: 3 });
  });
});
