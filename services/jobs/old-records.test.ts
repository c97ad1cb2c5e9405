import { expect, it } from "vitest";
import { fromRecord } from "./job-record.ts";
import { claim, fail, retry, retryBackoff } from "./machine.ts";
import { readMessageBody } from "./message-body.ts";

/** Items as version 0.1.0 wrote them, before jobs had limits of their own or could be retried by hand. */
const queued = {
  jobKey: "alice/job-1",
  schemaVersion: 1,
  owner: "alice",
  jobId: "job-1",
  type: "echo",
  payload: { json: '{"text":"hello"}' },
  requestHash: "c0ffee",
  state: "queued",
  stateSince: 1_000,
  createdAt: 1_000,
  attempts: 0,
  maxAttempts: 3,
  fence: 0,
  version: 1,
  stateShard: "queued#5",
  ownerShard: "alice#1",
  createdPosition: "000000000001000#job-1",
  writeId: "0b5e6d0e-9f0e-4a3b-8d5a-3a0f3f3f3f3f",
};
const failed = {
  ...queued,
  state: "failed",
  attempts: 3,
  fence: 3,
  version: 9,
  startedAt: 8_000,
  finishedAt: 9_000,
  error: { code: "boom", message: "It broke." },
  expiresAt: 613_809,
};

it("runs a job whose record has none of the newer fields, with one second before its second attempt", () => {
  const started = claim(fromRecord(queued), { token: "t", milliseconds: 30_000 }, 2_000);
  if (!started.accepted) throw new Error(started.reason);
  const error = { code: "boom", message: "It broke.", isFinal: false };

  const again = fail(started.job, "t", error, { ...retryBackoff(started.job), random: 1 }, 3_000);

  expect(again).toMatchObject({ accepted: true, job: { state: "queued", stateSince: 4_000, attempts: 1 } });
});

it("retries a job that failed before there were retries by hand", () => {
  const again = retry(fromRecord(failed), 10_000);

  expect(again).toMatchObject({
    accepted: true,
    job: { state: "queued", attempts: 0, earlierRuns: [{ state: "failed", attempts: 3, finishedAt: 9_000 }] },
  });
});

it("reads a message body of version 0.1.0", () => {
  expect(readMessageBody('{"v":1,"owner":"alice","jobId":"job-1","ts":1000}')).toMatchObject({ jobId: "job-1" });
});
