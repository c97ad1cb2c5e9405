import { afterEach, describe, expect, it } from "vitest";
import { activity, allDone, calm, floor, sendBacklog, slowJobs, untilTasks } from "./testing/backlog.ts";
import { type Journey, startJourney } from "./testing/journey.ts";

/** AWS's minute is a second, so that the five minutes before a scale-in pass. */
const speed = 60;

let journey: Journey;
afterEach(() => journey.down());

describe("step mode", () => {
  it("adds tasks by the messages that wait, and removes them when none do, without a controller", async () => {
    journey = await startJourney({ speed, config: { ...slowJobs, "sluice:scalingMode": "step" } });
    await calm(journey);

    const ids = await sendBacklog(journey);
    const out = await activity(journey, ({ to }) => to === 6);
    await allDone(journey, ids);
    const back = await activity(journey, ({ from, to }) => from === 6 && to < 6);
    await untilTasks(journey, ({ runningCount }) => runningCount < 6);

    expect(out.cause).toContain("scaling-step-out");
    expect(back.cause).toContain("scaling-step-in");
    expect(journey.stack.outputs).not.toHaveProperty("scalingTableName");
  });
});

describe("a schedule under a steering controller", () => {
  it("keeps a scheduled minimum without jobs, goes out within the scheduled maximum, and comes back to the minimum", async () => {
    // Each minute it sets both limits again, as AWS does at each time of an entry.
    const eachMinute = { cron: "* * * * *", timeZone: "Europe/Berlin", minTasks: 2, maxTasks: 4 };
    const config = { ...slowJobs, "sluice:taskSchedules": JSON.stringify([eachMinute]) };
    journey = await startJourney({ speed, config });
    await untilTasks(journey, ({ runningCount }) => runningCount === 2);

    const ids = await sendBacklog(journey);
    const out = await activity(journey, ({ to }) => to > 2);
    await allDone(journey, ids);
    await untilTasks(journey, ({ runningCount, desiredCount }) => runningCount === 2 && desiredCount === 2);

    expect(out.to).toBeLessThanOrEqual(4);
    expect(Math.max(...journey.stack.cloud.scaling.activities.map(({ to }) => to))).toBeLessThanOrEqual(4);
    expect(floor(journey)).toBe(2);
  });
});
