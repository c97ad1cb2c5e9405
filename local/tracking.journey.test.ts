import { afterEach, describe, expect, it } from "vitest";
import { activity, allDone, calm, floor, sendBacklog, slowJobs } from "./testing/backlog.ts";
import { type Journey, startJourney } from "./testing/journey.ts";

/** AWS's minute is a second, so that target tracking's quarter of an hour passes. */
const speed = 60;
const tracking = { ...slowJobs, "sluice:scalingMode": "tracking" };

let journey: Journey;
afterEach(() => journey.down());

describe("a tracking controller", () => {
  it("publishes the need, by which target tracking brings tasks, then instances, and takes both back", async () => {
    journey = await startJourney({ speed, config: tracking });
    await calm(journey);

    const ids = await sendBacklog(journey);
    const out = await activity(journey, ({ to }) => to === 6);
    await allDone(journey, ids);
    const back = await activity(journey, ({ to }) => to === 1);
    await calm(journey);

    expect(out.cause).toContain("AlarmHigh");
    expect(back.cause).toContain("AlarmLow");
    expect(floor(journey)).toBe(1);
  });

  it("leaves a service at zero to the scale-from-zero alarm, which adds one task for one job", async () => {
    journey = await startJourney({ speed, config: { ...tracking, "sluice:minTasks": "0" } });

    await journey.post({ jobId: "lonely", payload: "anybody there?" });
    const wake = await activity(journey, ({ from }) => from === 0);
    const job = await journey.finished("lonely");

    expect(wake).toMatchObject({ from: 0, to: 1 });
    expect(wake.cause).toContain("from-zero");
    expect(job).toMatchObject({ state: "succeeded", attempts: 1 });
  });
});
