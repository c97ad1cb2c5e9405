import { Readable } from "node:stream";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { pino } from "pino";
import { limits } from "../../../contract/limits.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Artifacts } from "../../jobs/artifacts.ts";
import type { Job } from "../../jobs/job.ts";
import { JobFailure } from "../../jobs/job-type.ts";
import type { JobStore } from "../../jobs/ports.ts";
import { type SubmitDeps as JobDeps, submitJob } from "../../jobs/submit-job.ts";
import { MemoryQueue } from "../../jobs/testing/memory-queue.ts";
import { createMemoryStore } from "../../jobs/testing/memory-store.ts";
import { cancel } from "../cancel/cancel.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { list } from "../status/list.ts";
import { result } from "../status/result.ts";
import { status } from "../status/status.ts";
import { type SubmitDeps, submit } from "../submit/submit.ts";
import { submitBatch } from "../submit/submit-batch.ts";
import { upload } from "../upload/upload.ts";

export type MemoryApi = ReturnType<typeof createMemoryApi>;

/** The dependencies of the API. Tests replace some with failing ones. */
export interface Ports {
  store: JobStore;
  sendMessage: JobDeps["sendMessage"];
  keepPayload: JobDeps["artifacts"]["keepPayload"];
  openUpload: SubmitDeps["openUpload"];
  presignResult(objectKey: string): Promise<string>;
  presignUpload: Artifacts["presignUpload"];
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
    async presignUpload(owner) {
      const objectKey = `uploads/${owner}/new`;
      return { objectKey, url: `https://signed/${objectKey}`, expiresAt: new Date(clock.now()).toISOString() };
    },
    ...changes,
  };
  const { keepPayload, openUpload, sendMessage } = ports;
  const deps = { ...ports, clock };
  const submitting: SubmitDeps = {
    async submitJob(job) {
      await submitJob({ store: ports.store, sendMessage, artifacts: { keepPayload }, clock, maxAttempts: 5 }, job);
    },
    openUpload,
    payloadDocumentBytes: limits.payloadDocumentBytes,
  };
  const handler = apiHandler(
    pino({}, { write: (line: string) => void logged.push(line) }),
    byRoute<"submit" | "status" | "cancel" | "upload">({
      "POST /jobs": (request) => submit(request, submitting),
      "POST /jobs/batch": (request) => submitBatch(request, submitting),
      "GET /jobs": (request) => list(request, deps),
      "GET /jobs/{jobId}": (request) => status(request, deps),
      "GET /jobs/{jobId}/result": (request) => result(request, deps),
      "DELETE /jobs/{jobId}": (request) => cancel(request, deps),
      "POST /uploads": (request) => upload(request, deps),
    }),
  );
  return {
    clock,
    store,
    queue,
    uploads,
    logged,
    call: (event: APIGatewayProxyEventV2) => handler(event),
    /** Stores jobs without sending messages. */
    async keep(...jobs: Job[]) {
      for (const job of jobs) await store.create(job);
    },
  };
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
