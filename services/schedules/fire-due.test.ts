import { beforeEach, describe, expect, it } from "vitest";
import { createSchedulesWorld, minute } from "./testing/schedules-world.ts";

let world: ReturnType<typeof createSchedulesWorld>;
beforeEach(() => {
  world = createSchedulesWorld("2027-01-31T07:58:30Z");
});

describe("a schedule", () => {
  it("gets one job for each firing, which starts at the firing's time", async () => {
    await world.put();

    await world.sweepFor(125);

    expect(world.dueTimes()).toEqual(["2027-01-31T08:00", "2027-01-31T09:00", "2027-01-31T10:00"]);
    expect(world.jobs.jobs()[0]).toMatchObject({
      owner: "alice",
      jobId: "schedule-nightly-20270131T0800Z",
      type: "echo",
      payload: { json: '{"hello":"world"}' },
      maxAttempts: 3,
    });
    expect(await world.runs()).toEqual([
      { at: "2027-01-31T10:00", jobId: "schedule-nightly-20270131T1000Z" },
      { at: "2027-01-31T09:00", jobId: "schedule-nightly-20270131T0900Z" },
      { at: "2027-01-31T08:00", jobId: "schedule-nightly-20270131T0800Z" },
    ]);
  });

  it("has its job's message delayed until the firing's time, to the second", async () => {
    await world.put();
    await world.sweep();

    const ahead = world.queue.counts();
    await world.clock.advance(90_000 - 1);
    const early = world.queue.counts();
    await world.clock.advance(1);

    expect([ahead, early]).toMatchObject([
      { visible: 0, delayed: 1 },
      { visible: 0, delayed: 1 },
    ]);
    expect(world.queue.counts()).toMatchObject({ visible: 1, delayed: 0 });
  });

  it("each minute is never late, in whichever second of a minute the sweeps are and if one of them is lost", async () => {
    for (const second of [0, 1, 29, 59]) {
      world = createSchedulesWorld(`2027-01-31T07:58:${String(second).padStart(2, "0")}Z`);
      await world.put({ rhythm: { everyMinutes: 1 } });
      await world.sweep();
      await world.sweepFor(3);
      await world.clock.advance(minute);
      await world.sweepFor(3);

      const jobs = world.jobs.jobs();
      const late = jobs.map(({ stateSince, jobId }) => stateSince - Date.parse(readTime(jobId)));
      expect(jobs.length, `second ${second}`).toBeGreaterThanOrEqual(7);
      expect(Math.max(...late), `second ${second}`).toBe(0);
    }
  });

  it("passes on its job's own limits", async () => {
    await world.put({
      job: { type: "echo", payload: "1", options: { maxAttempts: 2, timeoutSeconds: 9, retryDelaySeconds: 5 } },
    });

    await world.sweepFor(1);

    expect(world.jobs.jobs()).toMatchObject([{ maxAttempts: 2, timeoutSeconds: 9, retryDelaySeconds: 5 }]);
  });

  it("does not fire while it is paused, nor afterwards what the pause has left out", async () => {
    await world.put();
    await world.put({ isPaused: true });
    await world.sweepFor(180);

    await world.put({ missed: "runOnce" });
    await world.sweepFor(30);

    expect(world.dueTimes()).toEqual(["2027-01-31T11:00"]);
  });

  it("goes on at its old times when only its job is changed", async () => {
    await world.put({ rhythm: { everyMinutes: 45 } });
    await world.sweepFor(30);

    await world.put({ rhythm: { everyMinutes: 45 }, job: { type: "echo", payload: "2", options: {} } });
    await world.sweepFor(30);

    expect(world.dueTimes()).toEqual(["2027-01-31T08:43"]);
    expect(world.jobs.jobs()).toMatchObject([{ payload: { json: "2" } }]);
  });

  it("fires what was due before its job was changed", async () => {
    await world.put();
    await world.clock.advance(2 * minute);
    await world.put({ job: { type: "echo", payload: "2", options: {} } });

    await world.sweep();

    expect(world.jobs.jobs()).toMatchObject([{ jobId: "schedule-nightly-20270131T0800Z" }]);
  });

  it("leaves the firings of other schedules alone when one fails, and says so", async () => {
    await world.put({}, "broken");
    await world.put({}, "sound");
    const { load } = world.schedules;
    world.schedules.load = (key) => (key.scheduleId === "broken" ? Promise.reject(new Error("unreadable")) : load(key));

    const outcome = world.sweep();

    await expect(outcome).rejects.toMatchObject({ code: "schedules", message: expect.stringContaining("1 schedules") });
    expect(world.jobs.jobs()).toMatchObject([{ jobId: "schedule-sound-20270131T0800Z" }]);
  });
});

describe("missed firings", () => {
  it("are skipped by default, up to the one that is in time", async () => {
    await world.put();
    await world.clock.advance(182 * minute);

    await world.sweepFor(1);

    expect(world.dueTimes()).toEqual(["2027-01-31T11:01"]);
    expect(await world.runs()).toEqual([{ at: "2027-01-31T11:00", jobId: "schedule-nightly-20270131T1100Z" }]);
  });

  it("are noted as missed when none is in time", async () => {
    await world.put();
    await world.clock.advance(200 * minute);

    await world.sweepFor(1);

    expect(world.jobs.jobs()).toEqual([]);
    expect(await world.runs()).toEqual([{ at: "2027-01-31T11:00", skipped: "missed" }]);
  });

  it("make one job, at once, with runOnce", async () => {
    await world.put({ missed: "runOnce" });
    await world.clock.advance(200 * minute);

    await world.sweepFor(42);

    expect(world.dueTimes()).toEqual(["2027-01-31T11:19", "2027-01-31T12:00"]);
    expect(world.jobs.jobs()[0]?.jobId).toBe("schedule-nightly-20270131T1100Z");
  });

  it("are up to three minutes late no missed ones", async () => {
    await world.put();
    await world.clock.advance(1.5 * minute + 180_000);

    await world.sweep();

    expect(world.jobs.jobs()).toMatchObject([{ jobId: "schedule-nightly-20270131T0800Z" }]);
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });

  it("that were made before a crash count as made", async () => {
    await world.put();
    const { replace } = world.schedules;
    world.schedules.replace = () => Promise.reject(new Error("the function died"));
    await expect(world.sweep()).rejects.toMatchObject({ code: "schedules" });
    world.schedules.replace = replace;
    await world.clock.advance(30 * minute);

    await world.sweep();

    expect(world.jobs.jobs()).toHaveLength(1);
    expect(await world.runs()).toEqual([{ at: "2027-01-31T08:00", jobId: "schedule-nightly-20270131T0800Z" }]);
  });
});

describe("a firing whose previous job has not ended", () => {
  it("gets a job by default", async () => {
    await world.put();

    await world.sweepFor(62);

    expect(world.jobs.jobs()).toHaveLength(2);
  });

  it("is skipped with overlap skip, when its time has come", async () => {
    await world.put({ overlap: "skip" });
    await world.sweepFor(61);
    const before = await world.runs();

    await world.sweepFor(1);

    expect(before).toHaveLength(1);
    expect(world.jobs.jobs()).toHaveLength(1);
    expect(await world.runs()).toMatchObject([
      { at: "2027-01-31T09:00", skipped: "overlap" },
      { at: "2027-01-31T08:00", jobId: "schedule-nightly-20270131T0800Z" },
    ]);
  });

  it("gets a job with overlap skip if the previous one ends in time", async () => {
    await world.put({ overlap: "skip" });
    await world.sweepFor(61);
    await world.end("schedule-nightly-20270131T0800Z");

    await world.sweepFor(1);

    expect(world.jobs.jobs()).toHaveLength(2);
  });

  it("gets a job with overlap skip each minute, while each job ends within its minute", async () => {
    await world.put({ rhythm: { everyMinutes: 1 }, overlap: "skip" });
    for (let passed = 0; passed < 10; passed++) {
      await world.sweepFor(1);
      for (const { jobId, stateSince } of world.jobs.jobs()) {
        if (stateSince <= world.clock.now()) await world.end(jobId);
      }
    }

    expect((await world.runs()).every((run) => "jobId" in run)).toBe(true);
    expect(world.jobs.jobs().length).toBeGreaterThanOrEqual(10);
  });
});

describe("an owner whose waiting jobs are limited", () => {
  let granted: number;
  let used: number;
  beforeEach(() => {
    granted = 0;
    used = 0;
    world.deps.openPlaces = async () => ({
      limit: 1,
      count: 1,
      take: () => granted > 0 && ++used > 0,
      giveBack: () => void used--,
      close: async () => {},
    });
  });

  it("gets the firing's job as soon as there is room", async () => {
    await world.put();
    await world.sweepFor(2);
    const refused = world.jobs.jobs();
    granted = 1;

    await world.sweepFor(2);

    expect(refused).toEqual([]);
    expect(world.jobs.jobs()).toHaveLength(1);
    expect(used).toBe(1);
  });

  it("loses no place to a firing that is made twice", async () => {
    granted = 1;
    await world.put();
    const { replace } = world.schedules;
    world.schedules.replace = () => Promise.reject(new Error("the function died"));
    await expect(world.sweep()).rejects.toMatchObject({ code: "schedules" });
    world.schedules.replace = replace;

    await world.sweep();

    expect(world.jobs.jobs()).toHaveLength(1);
    expect(used).toBe(1);
  });
});

/** The firing's time in a job's id. */
function readTime(jobId: string): string {
  return jobId.replace(/^.*-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5Z");
}
