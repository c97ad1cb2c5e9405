import { beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { asPayload, submitJob } from "../jobs/submit-job.ts";
import { MemoryQueue } from "../jobs/testing/memory-queue.ts";
import { createMemoryStore, type MemoryStore } from "../jobs/testing/memory-store.ts";
import { type DispatchDeps, dispatchDue } from "./dispatch-due.ts";

const minute = 60_000;
const hour = 60 * minute;

let clock: ManualClock;
let store: MemoryStore;
let queue: MemoryQueue;
let deps: DispatchDeps;

beforeEach(() => {
  clock = new ManualClock(100 * hour);
  store = createMemoryStore({ clock, retentionDays: 7 });
  queue = new MemoryQueue({ clock, visibilityMilliseconds: minute, maxReceiveCount: 5 });
  deps = { store, sendMessage: queue.send, clock, log: silentLog };
});

function submit(jobId: string, milliseconds: number) {
  return submitJob(
    {
      store,
      sendMessage: queue.send,
      artifacts: { keepPayload: async (_key, text) => ({ json: Buffer.from(text).toString() }) },
      clock,
      maxAttempts: 3,
    },
    {
      owner: "alice",
      jobId,
      type: "echo",
      payload: asPayload(1),
      options: { runAt: new Date(clock.now() + milliseconds).toISOString() },
    },
  );
}

const dispatch = (until = clock.now() + 45_000) => dispatchDue(deps, until);

it("sends no message for a job that is due in more than 15 minutes, and stores it as queued", async () => {
  await submit("late", 15 * minute + 1_000);

  expect(await dispatch()).toBe(0);
  expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  expect(store.jobs()).toMatchObject([{ state: "queued", stateSince: clock.now() + 15 * minute + 1_000 }]);
});

it("sends the message once, and it becomes visible when the job is due", async () => {
  await submit("late", hour);
  await clock.advance(46 * minute);

  expect([await dispatch(), await dispatch()]).toEqual([1, 0]);
  await clock.advance(14 * minute - 1);
  const early = queue.counts();
  await clock.advance(1);

  expect(early).toMatchObject({ visible: 0, delayed: 1 });
  expect(queue.counts()).toMatchObject({ visible: 1, delayed: 0 });
});

it("lets SQS delay the message of a job that is due within 15 minutes", async () => {
  await submit("soon", 15 * minute);

  expect(queue.counts()).toMatchObject({ delayed: 1 });
  expect(await dispatch()).toBe(0);
});

it("sends at once after an outage longer than the time that was left", async () => {
  await submit("late", hour);
  await clock.advance(3 * hour);

  await dispatch();

  expect(queue.counts()).toMatchObject({ visible: 1 });
});

it("sends a job's message again after a crash between message and record, and never none", async () => {
  await submit("late", hour);
  await clock.advance(50 * minute);
  const { replace } = store;
  store.replace = () => Promise.reject(new Error("the function died"));
  await expect(dispatch()).rejects.toMatchObject({ code: "dispatch" });
  store.replace = replace;

  await dispatch();

  expect(queue.counts()).toMatchObject({ delayed: 2 });
  expect(store.jobs()).toMatchObject([{ unsent: undefined }]);
});

it("does not send the message of a job that was cancelled", async () => {
  await submit("late", hour);
  const [job] = store.jobs();
  if (job) await store.replace({ ...job, state: "cancelled", finishedAt: clock.now(), version: job.version + 1 }, job);
  await clock.advance(hour);

  expect(await dispatch()).toBe(0);
  expect(queue.counts()).toMatchObject({ visible: 0, delayed: 0 });
});

it("starts with the job that is due first, and stops at the end of its time", async () => {
  for (let index = 0; index < 100; index++) await submit(`job-${99 - index}`, hour + (99 - index) * 1_000);
  await clock.advance(55 * minute);
  const sent: string[] = [];
  let now = clock.now();
  const until = now + 40_000;
  deps.clock = { now: () => now, after: clock.after };
  deps.sendMessage = async ({ jobId }) => {
    sent.push(jobId);
    now += 1_000;
  };

  await dispatch(until);

  expect(sent.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, index) => `job-${index}`));
  expect(sent.length).toBeGreaterThanOrEqual(40);
  expect(sent.length).toBeLessThan(80);
});
