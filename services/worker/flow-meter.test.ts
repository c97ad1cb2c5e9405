import { beforeEach, expect, it } from "vitest";
import { endedJobs } from "../../contract/scaling-table.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { createFlowMeter, type FlowMeter } from "./flow-meter.ts";

let clock: ManualClock;
let flow: FlowMeter;
beforeEach(() => {
  clock = new ManualClock(1_000_000);
  flow = createFlowMeter({ clock, slots: 2 });
});

it("reports start times of running jobs and service times of ended ones", async () => {
  const end = flow.begin();
  await clock.advance(3_000);
  flow.begin();
  await clock.advance(1_000);

  end({ hasRun: true });

  expect(flow.report()).toEqual({
    at: 1_004_000,
    slots: 2,
    begunAt: [1_003_000],
    ended: [[1_004_000, 4_000]],
  });
});

it("measures no service time of a job handed back, and none twice", async () => {
  const handedBack = flow.begin();
  const done = flow.begin();
  await clock.advance(1_000);

  handedBack({ hasRun: false });
  done({ hasRun: true });
  done({ hasRun: true });

  expect(flow.report()).toMatchObject({ begunAt: [], ended: [[1_001_000, 1_000]] });
});

it("reports the latest ended jobs, of any age", async () => {
  for (let job = 0; job < 2 * endedJobs; job += 1) {
    const end = flow.begin();
    await clock.advance(1_000);
    end({ hasRun: true });
  }
  await clock.advance(3_600_000);

  const { ended } = flow.report();

  expect(ended).toHaveLength(endedJobs);
  expect(ended.at(-1)?.[0]).toBe(clock.now() - 3_600_000);
});
