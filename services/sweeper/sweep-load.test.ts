import { expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { MemoryQueue } from "../jobs/testing/memory-queue.ts";
import { createMemoryStore } from "../jobs/testing/memory-store.ts";
import { runningJob, sampleJob } from "../jobs/testing/sample-job.ts";
import { type SweepDeps, sweepJobs } from "./sweep-jobs.ts";
import { countOf } from "./testing/count-of.ts";

const minute = 60_000;
const limits = { sweepAfterMilliseconds: 2 * minute, graceMilliseconds: minute, budgetMilliseconds: 45_000 };

/** Each change of a job takes some time; the queue is a count of messages, with `before` at first. */
function slowWorld({ millisecondsPerJob, before }: { millisecondsPerJob: number; before: number }) {
  let now = 100 * minute;
  const clock = { now: () => now, after: () => () => {} };
  const store = createMemoryStore({ clock, retentionDays: 7 });
  let sent = 0;
  const deps: SweepDeps = {
    store: {
      ...store,
      async replace(next, before) {
        now += millisecondsPerJob;
        return store.replace(next, before);
      },
    },
    countMessages: async () => ({ visible: before + sent, inFlight: 0, delayed: 0 }),
    countJobs: async (state) => countOf(store, state),
    comparison: { notBefore: 0 },
    async sendMessage() {
      sent += 1;
    },
    clock,
    log: silentLog,
    random: () => 0.5,
  };
  return {
    deps,
    store,
    clock,
    sent: () => sent,
    nextMinute() {
      now = Math.ceil((now + 1) / minute) * minute;
    },
  };
}

it.each([
  { loss: "messages", job: sampleJob({ stateSince: 0 }), before: 0 },
  { loss: "workers", job: runningJob(0, { stateSince: 0 }), before: 10_000 },
])("10,000 jobs that lost their $loss are healed within ten sweeps at 30 jobs a second", async ({ job, before }) => {
  const { deps, store, clock, sent, nextMinute } = slowWorld({ millisecondsPerJob: 1_000 / 30, before });
  for (let index = 0; index < 10_000; index++) await store.create({ ...job, jobId: `job-${index}` });

  for (let sweep = 0; sweep < 10; sweep++) {
    const startedAt = clock.now();
    await sweepJobs(deps, limits);
    expect(clock.now() - startedAt).toBeLessThan(46_000);
    nextMinute();
  }

  expect(store.jobs().filter(({ stateSince }) => stateSince === 0)).toEqual([]);
  expect(sent()).toBeGreaterThanOrEqual(10_000);
  expect(sent()).toBeLessThanOrEqual(10_010);
});

it("beside a busy queue a lost message is replaced within minutes, and few others are", async () => {
  const clock = new ManualClock(100 * minute);
  const store = createMemoryStore({ clock, retentionDays: 7 });
  const queue = new MemoryQueue({ clock, visibilityMilliseconds: minute, maxReceiveCount: 5 });
  const deps: SweepDeps = {
    store,
    countMessages: async () => queue.counts(),
    countJobs: async (state) => countOf(store, state),
    comparison: { notBefore: 0 },
    sendMessage: queue.send,
    clock,
    log: silentLog,
    random: () => 0,
  };
  let submitted = 0;
  const submit = async (owner: string, isLost = false) => {
    const job = sampleJob({ owner, jobId: `job-${submitted++}`, stateSince: clock.now() });
    await store.create(job);
    if (!isLost) await queue.send(job, 0);
    return job;
  };
  // Messages of jobs that need none any more hide the loss.
  for (let index = 0; index < 20; index++) await queue.send({ owner: "busy", jobId: "cancelled" }, 0);
  for (let index = 0; index < 400; index++) await submit("busy");
  const lost = [await submit("busy", true), await submit("quiet", true)];

  let requeued = 0;
  let healedAfter = 0;
  // 100 jobs come and go each minute, so that each waits for four.
  for (let passed = 1; passed <= 30; passed++) {
    await clock.advance(minute);
    const tally = await sweepJobs(deps, limits);
    requeued += tally.requeued;
    for (let done = 0; done < 10; done++) {
      for (const received of await queue.receiveNow(10)) {
        const job = received.content && (await store.load(received.content));
        if (job?.state === "queued") await store.replace({ ...job, state: "succeeded", version: job.version + 1 }, job);
        await queue.deleteBatch([received]);
      }
    }
    for (let index = 0; index < 100; index++) await submit("busy");
    const states = await Promise.all(lost.map(async (key) => (await store.load(key))?.state));
    if (healedAfter === 0 && states.every((state) => state === "succeeded")) healedAfter = passed;
  }

  expect(healedAfter).toBeGreaterThan(0);
  expect(healedAfter).toBeLessThanOrEqual(12);
  expect(requeued).toBeLessThanOrEqual(2 + 30);
});

it("a comparison of jobs with messages takes at most a tenth of the time, and is never later than the next minute", async () => {
  const clock = new ManualClock(100 * minute);
  const store = createMemoryStore({ clock, retentionDays: 7 });
  let jobs = 0;
  let counts = 0;
  let countMilliseconds = 3_000;
  const deps: SweepDeps = {
    store,
    countMessages: async () => ({ visible: 10, inFlight: 0, delayed: 0 }),
    async countJobs(state) {
      counts += 1;
      if (state === "queued") await clock.advance(countMilliseconds);
      return countOf(store, state);
    },
    comparison: { notBefore: 0 },
    sendMessage: async () => {},
    clock,
    log: silentLog,
    random: () => 0,
  };
  const compares = async () => {
    const before = counts;
    await store.create(sampleJob({ jobId: `old-${jobs++}`, stateSince: 0 }));
    await sweepJobs(deps, limits);
    return counts > before;
  };

  const first = await compares();
  await clock.advance(26_000);
  const tooSoon = await compares();
  await clock.advance(1_000);
  countMilliseconds = 30_000;
  const second = await compares();
  await clock.advance(30_000);
  const nextMinute = await compares();

  expect({ first, tooSoon, second, nextMinute }).toEqual({
    first: true,
    tooSoon: false,
    second: true,
    nextMinute: true,
  });
});
