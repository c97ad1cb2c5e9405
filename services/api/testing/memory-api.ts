import { Readable } from "node:stream";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { pino } from "pino";
import { limits } from "../../../contract/limits.ts";
import type { Clock } from "../../../runtime/clock.ts";
import { asError } from "../../../runtime/errors.ts";
import type { Job } from "../../jobs/job.ts";
import { JobFailure } from "../../jobs/job-type.ts";
import type { OutgoingMessage, SendMessages } from "../../jobs/message-batches.ts";
import type { JobStore } from "../../jobs/ports.ts";
import type { PresignUpload } from "../../jobs/presign-upload.ts";
import { type SubmitDeps as JobDeps, submitJob } from "../../jobs/submit-job.ts";
import { MemoryQueue } from "../../jobs/testing/memory-queue.ts";
import { createMemoryStore } from "../../jobs/testing/memory-store.ts";
import { payloadSchemasOf } from "../../jobs/types/schemas.ts";
import { noLongPollLimit } from "../../owners/long-polls.ts";
import { noUploadLimit } from "../../owners/upload-limit.ts";
import { noWaitingLimit } from "../../owners/waiting-gate.ts";
import { createMemorySchedules } from "../../schedules/testing/memory-schedules.ts";
import { type CancelDeps, cancel } from "../cancel/cancel.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { putSchedule, type SchedulesDeps } from "../schedules/put-schedule.ts";
import { deleteSchedule, getSchedule, listSchedules } from "../schedules/read-schedules.ts";
import { list } from "../status/list.ts";
import { result } from "../status/result.ts";
import { type StatusDeps, status } from "../status/status.ts";
import { retryJob } from "../submit/retry-job.ts";
import { type SubmitDeps, submit } from "../submit/submit.ts";
import { submitBatch } from "../submit/submit-batch.ts";
import { type UploadDeps, upload } from "../upload/upload.ts";

export type MemoryApi = ReturnType<typeof createMemoryApi>;

/** The dependencies of the API. Tests replace some with failing ones. */
export interface Ports {
  store: JobStore;
  sendMessage: JobDeps["sendMessage"];
  sendMessages: SubmitDeps["sendMessages"];
  keepPayload: JobDeps["artifacts"]["keepPayload"];
  openUpload: SubmitDeps["openUpload"];
  keepUpload: SubmitDeps["keepUpload"];
  payloadSchemas: SubmitDeps["payloadSchemas"];
  presignResult(objectKey: string): Promise<string>;
  presignUpload: PresignUpload;
  openPlaces: SubmitDeps["openPlaces"];
  beginWait: StatusDeps["beginWait"];
  countUpload: UploadDeps["countUpload"];
  leaveWaiting: CancelDeps["leaveWaiting"];
  mostSchedules: SchedulesDeps["mostSchedules"];
  isOrdered: boolean;
}

/** All routes except GET /openapi.json, on a store, queue and uploads in memory. */
export function createMemoryApi(changes: Partial<Ports> = {}, clock: Clock = createHastyClock()) {
  const store = createMemoryStore({ clock, retentionDays: 7 });
  const queue = new MemoryQueue({ clock, visibilityMilliseconds: 60_000, maxReceiveCount: limits.maxReceiveCount });
  const uploads = new Map<string, string>();
  const logged: string[] = [];
  const ports: Ports = {
    store,
    sendMessage: queue.send,
    keepPayload: async (_key, text) => ({ json: Buffer.from(text).toString() }),
    async openUpload(owner, objectKey) {
      const text = uploads.get(`${owner} ${objectKey}`);
      if (text === undefined) throw new JobFailure("no-such-object", "There is none.", { isFinal: true });
      return { body: Readable.from([Buffer.from(text)]), bytes: Buffer.byteLength(text) };
    },
    presignResult: async (objectKey) => `https://signed/${objectKey}`,
    keepUpload: async (owner, objectKey) => uploads.has(`${owner} ${objectKey}`),
    async presignUpload(owner, { bytes }) {
      const objectKey = `uploads/${owner}/new`;
      const headers = { "content-length": String(bytes) };
      return { objectKey, url: `https://signed/${objectKey}`, headers, expiresAt: new Date(clock.now()).toISOString() };
    },
    payloadSchemas: payloadSchemasOf({ testControls: true }),
    openPlaces: noWaitingLimit,
    beginWait: noLongPollLimit,
    countUpload: noUploadLimit,
    leaveWaiting: async () => {},
    mostSchedules: undefined,
    isOrdered: false,
    sendMessages: (messages) => sendEach(messages, changes.sendMessage ?? queue.send),
    ...changes,
  };
  const { keepPayload, openUpload, keepUpload, payloadSchemas, openPlaces, sendMessage, sendMessages } = ports;
  const deps = { ...ports, clock };
  const submitting: SubmitDeps = {
    async submitJob(job, sendMessage) {
      const artifacts = { keepPayload };
      return (await submitJob({ store: ports.store, sendMessage, artifacts, clock, maxAttempts: 5 }, job)).isNew;
    },
    sendMessage,
    sendMessages,
    isKnown: async (key) => (await ports.store.load(key)) !== undefined,
    openPlaces,
    openUpload,
    keepUpload,
    payloadSchemas,
    isOrdered: ports.isOrdered,
    most: { maxAttempts: 5, timeoutSeconds: 3_600, replyNames: ["billing", "audit"] },
    now: () => clock.now(),
    retentionDays: 7,
    payloadDocumentBytes: limits.payloadDocumentBytes,
  };
  const schedules = createMemorySchedules();
  const scheduling: SchedulesDeps = { ...submitting, schedules, mostSchedules: ports.mostSchedules };
  const handler = apiHandler(
    pino({}, { write: (line: string) => void logged.push(line) }),
    byRoute<"submit" | "status" | "cancel" | "upload" | "schedules">({
      "POST /jobs": (request) => submit(request, submitting),
      "POST /jobs/batch": (request) => submitBatch(request, submitting),
      "POST /jobs/{jobId}/retry": (request) =>
        retryJob(request, { ...deps, now: clock.now, sendMessage, openPlaces, countArrival: async () => {} }),
      "GET /jobs": (request) => list(request, deps),
      "GET /jobs/{jobId}": (request) => status(request, deps),
      "GET /jobs/{jobId}/result": (request) => result(request, deps),
      "DELETE /jobs/{jobId}": (request) => cancel(request, deps),
      "POST /uploads": (request) => upload(request, deps),
      "GET /schedules": (request) => listSchedules(request, scheduling),
      "GET /schedules/{scheduleId}": (request) => getSchedule(request, scheduling),
      "PUT /schedules/{scheduleId}": (request) => putSchedule(request, scheduling),
      "DELETE /schedules/{scheduleId}": (request) => deleteSchedule(request, scheduling),
    }),
  );
  return {
    clock,
    store,
    queue,
    schedules,
    uploads,
    logged,
    call: (event: APIGatewayProxyEventV2) => handler(event),
    /** Stores jobs without sending messages. */
    async keep(...jobs: Job[]) {
      for (const job of jobs) await store.create(job);
    },
  };
}

/** The outcomes of sending each message by itself. */
function sendEach(messages: readonly OutgoingMessage[], send: JobDeps["sendMessage"]): ReturnType<SendMessages> {
  return Promise.all(
    messages.map(({ subject, delayMilliseconds }) => send(subject, delayMilliseconds).then(() => undefined, asError)),
  );
}

/** A clock that advances at once by each wait. */
export function createHastyClock(): Clock {
  let now = 1_000_000;
  return {
    now: () => now,
    after(milliseconds, callback) {
      let isOff = false;
      queueMicrotask(() => {
        if (isOff) return;
        now += milliseconds;
        callback();
      });
      return () => {
        isOff = true;
      };
    },
  };
}
