import type { BatchReply, JobList, JobView, ProblemBody, SubmitReply } from "../../../contract/http.ts";
import { anonymous } from "../../../contract/job.ts";
import type { ScheduleList, ScheduleView } from "../../../contract/schedule.ts";
import type { UploadReply } from "../../../contract/upload.ts";
import { createdPosition } from "../../jobs/job-record.ts";
import { writeCursor } from "../status/cursor.ts";
import { jobIdOfKey } from "../submit/check-job.ts";

/*
 * Examples of requests and replies. A test validates each with its schema. Another sends all examples of an operation in one
 * request.
 */

export const jobId = "order-1";

export const idempotencyKey = "order-1";

export const submitRequest = { payload: { hello: "world" } };

export const submitReply: SubmitReply = { accepted: true, jobId: jobIdOfKey(idempotencyKey) };

export const batchRequest = {
  jobs: [submitRequest, { type: "word-frequency", payload: { text: "to be or not to be" } }],
};

export const problem: ProblemBody = {
  type: "urn:sluice:problem:invalid-request",
  title: "The request is invalid",
  status: 400,
  detail: "priority: expected no such field; came 9.",
  errors: [{ field: "priority", expected: "no such field", came: "9" }],
};

export const tooManyWaiting: ProblemBody = {
  type: "urn:sluice:problem:too-many-waiting",
  title: "Too many jobs wait",
  status: 429,
  detail:
    "Expected at most 100000 jobs that wait for their first start; you have about 100000. Try again when some have started.",
  limit: 100_000,
  count: 100_000,
};

export const tooManyUploads: ProblemBody = {
  type: "urn:sluice:problem:too-many-uploads",
  title: "The day's uploads are used up",
  status: 429,
  detail:
    "Expected at most 10737418240 bytes of uploads on a day in UTC; 10695475200 are counted for you, and this upload would exceed the limit.",
  limit: 10_737_418_240,
  count: 10_695_475_200,
};

export const batchReply: BatchReply = {
  outcomes: [
    { index: 0, status: 202, accepted: true, jobId: jobIdOfKey(idempotencyKey, 0) },
    { index: 1, status: 400, problem },
    { index: 2, status: 429, problem: tooManyWaiting },
  ],
};

const accepted: JobView = {
  jobId,
  type: "echo",
  state: "running",
  attempts: 1,
  maxAttempts: 5,
  progress: 0.5,
  createdAt: "2026-01-31T09:00:00.000Z",
  startedAt: "2026-01-31T09:00:01.000Z",
};

export const cancelRequested: JobView = { ...accepted, cancelRequestedAt: "2026-01-31T09:00:02.000Z" };

export const cancelled: JobView = {
  ...cancelRequested,
  state: "cancelled",
  finishedAt: "2026-01-31T09:00:20.000Z",
};

export const retried: JobView = {
  jobId,
  type: "echo",
  state: "queued",
  attempts: 0,
  maxAttempts: 5,
  createdAt: "2026-01-31T09:00:00.000Z",
  startedAt: "2026-01-31T09:00:01.000Z",
  error: { code: "boom", message: "It broke." },
  earlierRuns: [
    {
      state: "failed",
      attempts: 5,
      finishedAt: "2026-01-31T09:00:20.000Z",
      error: { code: "boom", message: "It broke." },
    },
  ],
};

export const jobView: JobView = {
  ...accepted,
  state: "succeeded",
  progress: 1,
  finishedAt: "2026-01-31T09:00:03.000Z",
  log: [{ at: "2026-01-31T09:00:01.000Z", text: "3 of 6 pages read" }],
  result: { echo: { hello: "world" } },
};

const filter = { state: "running", type: "echo" } as const;

/** A cursor is valid for one caller and filter only; this one for the anonymous caller. */
const cursor = writeCursor(createdPosition({ jobId, createdAt: Date.parse(accepted.createdAt) }), {
  owner: anonymous,
  ...filter,
});

export const listQuery = { ...filter, limit: 20, cursor };

export const statusQuery = { wait: 20 };

export const jobList: JobList = { jobs: [accepted], cursor };

export const scheduleId = "nightly";

export const scheduleRequest = {
  cron: "30 2 * * *",
  timeZone: "Europe/Berlin",
  job: { type: "word-frequency", payload: { text: "to be or not to be" } },
  overlap: "skip",
};

export const schedule: ScheduleView = {
  scheduleId,
  cron: "30 2 * * *",
  timeZone: "Europe/Berlin",
  job: { type: "word-frequency", payload: { text: "to be or not to be" } },
  paused: false,
  missed: "skip",
  overlap: "skip",
  createdAt: "2027-03-26T09:00:00.000Z",
  changedAt: "2027-03-26T09:00:00.000Z",
  nextRuns: [
    "2027-03-28T01:00:00.000Z",
    "2027-03-29T00:30:00.000Z",
    "2027-03-30T00:30:00.000Z",
    "2027-03-31T00:30:00.000Z",
    "2027-04-01T00:30:00.000Z",
  ],
  lastRuns: [{ at: "2027-03-27T01:30:00.000Z", jobId: "schedule-nightly-20270327T0130Z" }],
};

const schedulesCursor = writeCursor(scheduleId, { owner: anonymous, state: "schedules", type: undefined });

export const schedulesQuery = { cursor: schedulesCursor };

export const scheduleList: ScheduleList = { schedules: [schedule], cursor: schedulesCursor };

export const uploadRequest = { bytes: 1_000, contentType: "text/plain" };

export const uploadReply: UploadReply = {
  objectKey: "uploads/anonymous/7e57ab1e-0000-4000-8000-000000000000",
  method: "PUT",
  url: "https://bucket.s3.eu-central-1.amazonaws.com/uploads/anonymous/7e57ab1e-0000-4000-8000-000000000000?X-Amz-Signature=0",
  headers: { "content-length": "1000", "content-type": "text/plain", "if-none-match": "*" },
  expiresAt: "2026-01-31T09:15:00.000Z",
};
