import { describe, expect, it } from "vitest";
import { backoffMilliseconds } from "../../runtime/backoff.ts";
import type { Job } from "./job.ts";
import {
  cancel,
  claim,
  type Disposition,
  fail,
  handBack,
  heartbeat,
  interrupt,
  type SweepDisposition,
  succeed,
  sweep,
  type Transition,
} from "./machine.ts";
import { runningJob, sampleJob } from "./testing/sample-job.ts";

const now = 10_000;
const lease = { token: "token-2", milliseconds: 30_000 };
const retry = { baseMilliseconds: 1_000, capMilliseconds: 60_000, random: 0 };
const boom = { code: "boom", message: "It broke.", isFinal: false };
const staleAfter = { queuedMilliseconds: 300, graceMilliseconds: 30 };

const queued = sampleJob();
const running = runningJob(now + 5_000);
const expired = runningJob(now);
const wanted = { cancelRequestedAt: 9_000 };
/** Of three attempts, with the two interruptions that use up none. */
const last = { attempts: 3, interruptions: 2 };
const finished = (["succeeded", "failed", "cancelled"] as const).map((state) =>
  sampleJob({ state, finishedAt: 2_000, version: 7 }),
);

const keep: Disposition = { kind: "leave" };
const remove: Disposition = { kind: "delete" };
const again = (milliseconds: number): Disposition => ({ kind: "defer", milliseconds });
const fresh: SweepDisposition = { kind: "send" };
const deadLetterExpired: Disposition = {
  kind: "dead-letter",
  reason: expect.stringContaining("lease-expired") as string,
};

const begun = { state: "running", stateSince: now, startedAt: now, lease: { token: "token-2", until: now + 30_000 } };
const ended = { stateSince: now, finishedAt: now, lease: undefined };
const lostLease = { code: "lease-expired" };

type AnyDisposition = Disposition | SweepDisposition;
type Case = [text: string, result: Transition<AnyDisposition>, changes: object, disposition: AnyDisposition];

const accepted: Case[] = [
  ["claim a queued job", claim(queued, lease, now), { ...begun, attempts: 1, fence: 1 }, keep],
  [
    "claim a job when it falls due",
    claim(sampleJob({ stateSince: now }), lease, now),
    { ...begun, attempts: 1, fence: 1 },
    keep,
  ],
  [
    "claim a job whose lease has run out",
    claim({ ...expired, progress: 0.5 }, lease, now),
    { ...begun, attempts: 1, interruptions: 1, fence: 2, progress: undefined, error: lostLease },
    keep,
  ],
  [
    "claim a job whose lease has run out once more than is free",
    claim({ ...expired, interruptions: 2 }, lease, now),
    { ...begun, attempts: 2, interruptions: 3, fence: 2, error: lostLease },
    keep,
  ],
  [
    "claim a job whose last lease has run out",
    claim({ ...expired, ...last }, lease, now),
    { ...ended, state: "failed", error: lostLease },
    deadLetterExpired,
  ],
  [
    "claim a job to be cancelled whose lease has run out",
    claim({ ...expired, ...wanted }, lease, now),
    { ...ended, state: "cancelled" },
    remove,
  ],
  [
    "be alive, and further on",
    heartbeat(running, { token: "token-1", milliseconds: 30_000 }, { progress: 0.7 }, now),
    { state: "running", lease: { token: "token-1", until: now + 30_000 }, progress: 0.7 },
    keep,
  ],
  [
    "be alive with nothing new to say",
    heartbeat({ ...running, progress: 0.5 }, { token: "token-1", milliseconds: 30_000 }, {}, now),
    { progress: 0.5 },
    keep,
  ],
  [
    "succeed",
    succeed({ ...running, error: boom }, "token-1", { json: "42" }, now),
    { ...ended, state: "succeeded", result: { json: "42" }, progress: 1, error: undefined },
    remove,
  ],
  [
    "succeed although it was to be cancelled",
    succeed({ ...running, ...wanted }, "token-1", { json: "42" }, now),
    { ...ended, state: "succeeded" },
    remove,
  ],
  [
    "succeed late, while nobody else has begun",
    succeed(expired, "token-1", { json: "42" }, now),
    { ...ended, state: "succeeded" },
    remove,
  ],
  [
    "fail with attempts left",
    fail(running, "token-1", boom, retry, now),
    {
      state: "queued",
      stateSince: now + 500,
      lease: undefined,
      attempts: 1,
      error: { code: "boom", message: "It broke." },
    },
    again(500),
  ],
  [
    "fail in the last attempt",
    fail({ ...running, ...last }, "token-1", boom, retry, now),
    { ...ended, state: "failed", error: { code: "boom", message: "It broke." } },
    { kind: "dead-letter", reason: "boom: It broke." },
  ],
  [
    "fail for good",
    fail(running, "token-1", { ...boom, isFinal: true }, retry, now),
    { ...ended, state: "failed" },
    { kind: "dead-letter", reason: "boom: It broke." },
  ],
  [
    "fail when it was to be cancelled",
    fail({ ...running, ...last, ...wanted }, "token-1", boom, retry, now),
    { ...ended, state: "cancelled" },
    remove,
  ],
  [
    "hand back",
    handBack({ ...running, progress: 0.5 }, "token-1", now),
    { state: "queued", stateSince: now, lease: undefined, attempts: 0, fence: 1, progress: undefined },
    again(0),
  ],
  [
    "hand back what was to be cancelled",
    handBack({ ...running, ...wanted }, "token-1", now),
    { ...ended, state: "cancelled" },
    remove,
  ],
  [
    "interrupt",
    interrupt({ ...running, progress: 0.5 }, "token-1", boom, retry, now),
    {
      state: "queued",
      stateSince: now + 500,
      lease: undefined,
      attempts: 0,
      interruptions: 1,
      fence: 1,
      progress: undefined,
    },
    again(500),
  ],
  [
    "interrupt in the last attempt, while interruptions are free",
    interrupt({ ...running, attempts: 3, interruptions: 1 }, "token-1", boom, retry, now),
    { state: "queued", attempts: 2, interruptions: 2, error: { code: "boom" } },
    again(2_000),
  ],
  [
    "interrupt in the last attempt",
    interrupt({ ...running, ...last }, "token-1", boom, retry, now),
    { ...ended, state: "failed", error: { code: "boom" } },
    { kind: "dead-letter", reason: "boom: It broke." },
  ],
  [
    "interrupt the only attempt",
    interrupt({ ...running, maxAttempts: 1 }, "token-1", boom, retry, now),
    { ...ended, state: "failed" },
    { kind: "dead-letter", reason: "boom: It broke." },
  ],
  [
    "interrupt what was to be cancelled",
    interrupt({ ...running, ...wanted }, "token-1", boom, retry, now),
    { ...ended, state: "cancelled" },
    remove,
  ],
  ["cancel a queued job", cancel(queued, now), { ...ended, state: "cancelled" }, keep],
  ["cancel a running job", cancel(running, now), { state: "running", cancelRequestedAt: now }, keep],
  [
    "sweep a job that waits for too long",
    sweep(sampleJob({ stateSince: now - 300 }), staleAfter, now),
    { state: "queued", stateSince: now, attempts: 0 },
    fresh,
  ],
  [
    "sweep a job whose worker is gone",
    sweep(runningJob(now - 30), staleAfter, now),
    { state: "queued", stateSince: now, lease: undefined, attempts: 0, interruptions: 1, error: lostLease },
    fresh,
  ],
  [
    "sweep a job whose worker is gone in the last attempt",
    sweep(runningJob(now - 30, last), staleAfter, now),
    { ...ended, state: "failed", error: lostLease },
    keep,
  ],
  [
    "sweep a job to be cancelled whose worker is gone",
    sweep(runningJob(now - 30, { ...last, ...wanted }), staleAfter, now),
    { ...ended, state: "cancelled" },
    keep,
  ],
];

describe("the machine lets one", () => {
  it.each(accepted)("%s", (_, result, changes, disposition) => {
    expect(result).toMatchObject({ accepted: true, job: changes });
    expect(result.disposition).toEqual(disposition);
  });

  it.each([queued, running, expired])("raise the version with each write", (job) => {
    for (const result of everything(job)) {
      if (result.accepted) expect(result.job.version).toBe(job.version + 1);
    }
  });
});

const refused: [string, Transition<AnyDisposition>, string, AnyDisposition][] = [
  ["claim a job that another holds", claim(running, lease, now), "leased", again(5_000)],
  ["claim a job before its time", claim(sampleJob({ stateSince: now + 70 }), lease, now), "not-due", again(70)],
  ["be alive with another's token", heartbeat(running, lease, { progress: 0.5 }, now), "lease-lost", keep],
  ["succeed with another's token", succeed(running, "token-2", { json: "1" }, now), "lease-lost", keep],
  ["fail with another's token", fail(running, "token-2", boom, retry, now), "lease-lost", keep],
  ["interrupt with another's token", interrupt(running, "token-2", boom, retry, now), "lease-lost", keep],
  ["hand back with another's token", handBack(running, "token-2", now), "lease-lost", keep],
  ["succeed after the job was requeued", succeed(queued, "token-1", { json: "1" }, now), "lease-lost", keep],
  ["cancel twice", cancel({ ...running, ...wanted }, now), "alive", keep],
  ["sweep a job that waits", sweep(sampleJob({ stateSince: now - 299 }), staleAfter, now), "alive", keep],
  ["sweep a job whose time is to come", sweep(sampleJob({ stateSince: now + 9 }), staleAfter, now), "alive", keep],
  ["sweep a job that runs", sweep(running, staleAfter, now), "alive", keep],
  ["sweep a job within the grace", sweep(runningJob(now - 29), staleAfter, now), "alive", keep],
];

describe("the machine does not let one", () => {
  it.each(refused)("%s", (_, result, reason, disposition) => {
    expect(result).toEqual({ accepted: false, reason, disposition });
  });

  it.each(finished)("do anything to a job that has $state", (job) => {
    expect(everything(job).filter((result) => result.accepted)).toEqual([]);
    expect(claim(job, lease, now)).toEqual({ accepted: false, reason: "finished", disposition: remove });
  });
});

describe("the wait before the next attempt", () => {
  it.each([
    [1, 0, 500],
    [1, 1, 1_000],
    [2, 0, 1_000],
    [4, 0.5, 6_000],
    [50, 1, 60_000],
  ])("after attempt %d, with %d of chance, is %d ms", (attempt, random, wait) => {
    expect(backoffMilliseconds(attempt, { ...retry, random })).toBe(wait);
  });
});

function everything(job: Job): Transition<AnyDisposition>[] {
  return [
    claim(job, lease, now),
    heartbeat(job, { token: "token-1", milliseconds: 30_000 }, { progress: 0.5 }, now),
    succeed(job, "token-1", { json: "1" }, now),
    fail(job, "token-1", boom, retry, now),
    handBack(job, "token-1", now),
    interrupt(job, "token-1", boom, retry, now),
    cancel(job, now),
    sweep(job, staleAfter, now + 1_000_000),
  ];
}
