import { describe, expect, it } from "vitest";
import { Effects, type Fault } from "../worker/testing/effects.ts";
import { fireDue } from "./fire-due.ts";
import type { Definition } from "./schedule.ts";
import { createSchedulesWorld, minute } from "./testing/schedules-world.ts";

/** A world in which the first sweep sees a firing that is due in 30 seconds. */
function prepare() {
  const world = createSchedulesWorld("2027-01-31T07:58:30Z");
  const effects = new Effects(world.clock);
  const { deps } = world;
  const watched = {
    ...deps,
    schedules: effects.of("schedules", deps.schedules),
    jobs: effects.of("jobs", deps.jobs),
    sendMessage: effects.of("queue", { send: deps.sendMessage }).send,
  };
  const sweep = () => fireDue(watched, world.clock.now() + 45_000);
  return { ...world, effects, sweep };
}

/** Sweeps; the process dies at the effect with this number. Then sweeps go on. */
async function play(
  point: number,
  moment: Fault,
  meanwhile: (world: ReturnType<typeof prepare>) => unknown = () => {},
) {
  const world = prepare();
  await world.put();
  let seen = 0;
  world.effects.inject(() => (seen++ >= point && point + 1 >= seen ? moment : undefined));
  await world.sweep().catch(() => "the function died");
  await meanwhile(world);
  await world.clock.advance(minute);
  await world.sweep();
  await world.clock.advance(minute);
  await world.sweep();
  return world;
}

const sweepEffects = ["schedules.listDue", "schedules.load", "jobs.create", "queue.send", "schedules.replace"];

describe("a sweep that dies", () => {
  it.each(["before", "after"] as const)("immediately %s any effect makes one job of a firing", async (moment) => {
    const effects = (await play(Number.POSITIVE_INFINITY, moment)).effects.done;

    for (let point = 0; point < sweepEffects.length; point++) {
      const { jobs, queue, runs } = await play(point, moment);

      const where = `${moment} ${effects[point]}`;
      expect(jobs.jobs(), where).toMatchObject([{ jobId: "schedule-nightly-20270131T0800Z", state: "queued" }]);
      expect(queue.counts().visible, where).toBeGreaterThan(0);
      expect(await runs(), where).toEqual([{ at: "2027-01-31T08:00", jobId: "schedule-nightly-20270131T0800Z" }]);
    }
    expect(effects.slice(0, sweepEffects.length)).toEqual(sweepEffects);
  });

  it("before it noted a firing makes no second job when the schedule's job is changed then", async () => {
    const { jobs, runs } = await play(sweepEffects.indexOf("schedules.replace"), "before", ({ put }) =>
      put({ job: { type: "echo", payload: "2", options: { maxAttempts: 1 } } }),
    );

    expect(jobs.jobs()).toMatchObject([{ payload: { json: '{"hello":"world"}' } }]);
    expect(await runs()).toMatchObject([{ jobId: "schedule-nightly-20270131T0800Z" }]);
  });

  it("before it noted a firing makes no second job when the schedule is deleted and made anew then", async () => {
    const { jobs } = await play(
      sweepEffects.indexOf("schedules.replace"),
      "before",
      async ({ schedules, key, put }) => {
        await schedules.remove(key);
        await put({ rhythm: { everyMinutes: 1 } });
      },
    );

    const ids = jobs.jobs().map(({ jobId }) => jobId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain("schedule-nightly-20270131T0800Z");
  });
});

it("two sweeps at the same time make one job of each firing, and note it once", async () => {
  const world = createSchedulesWorld("2027-01-31T07:58:30Z");
  for (let index = 0; index < 50; index++) await world.put({}, `schedule-${index}`);

  await Promise.all([world.sweep(), world.sweep(), world.sweep()]);

  const ids = world.jobs.jobs().map(({ jobId }) => jobId);
  const { schedules } = await world.schedules.list("alice", undefined, 100);
  expect(schedules.map(({ runs }) => runs.length)).toEqual(Array(50).fill(1));
  expect(ids).toHaveLength(50);
  expect(new Set(ids).size).toBe(50);
});

describe("a schedule that is changed while it fires", () => {
  /** Changes the schedule right after the sweep has read it. */
  async function changeWhileFiring(changes: Partial<Definition>) {
    const world = createSchedulesWorld("2027-01-31T07:58:30Z");
    await world.put();
    const { create } = world.jobs;
    let isFirst = true;
    world.deps.jobs = {
      ...world.jobs,
      create: async (job) => {
        const created = await create(job);
        if (isFirst) await world.put(changes);
        isFirst = false;
        return created;
      },
    };
    await world.sweep();
    await world.sweepFor(70);
    return { jobs: world.jobs.jobs().map(({ jobId }) => jobId.slice(-14)), runs: await world.runs() };
  }

  it("keeps the change, and its firing counts once", async () => {
    const { jobs, runs } = await changeWhileFiring({ job: { type: "echo", payload: "2", options: {} } });

    expect(jobs).toEqual(["20270131T0800Z", "20270131T0900Z"]);
    expect(runs).toHaveLength(2);
  });

  it("keeps its new times, also one before the firing that was made ahead", async () => {
    const { jobs, runs } = await changeWhileFiring({ rhythm: { cron: "59 * * * *", timeZone: "UTC" } });

    expect(jobs).toEqual(["20270131T0800Z", "20270131T0759Z", "20270131T0859Z"]);
    expect(runs.map(({ at }) => at)).toEqual(["2027-01-31T08:59", "2027-01-31T08:00", "2027-01-31T07:59"]);
  });

  it("makes no second job where old and new times meet", async () => {
    const { jobs } = await changeWhileFiring({ rhythm: { cron: "0,30 * * * *", timeZone: "UTC" } });

    expect(jobs).toEqual(["20270131T0800Z", "20270131T0830Z", "20270131T0900Z"]);
  });

  it("stays paused", async () => {
    const { jobs, runs } = await changeWhileFiring({ isPaused: true });

    expect(jobs).toEqual(["20270131T0800Z"]);
    expect(runs).toHaveLength(1);
  });
});
