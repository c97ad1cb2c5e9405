import { randomUUID } from "node:crypto";
import * as z from "zod";
import {
  type BatchOutcome,
  batchReplySchema,
  type JobOptions,
  type JobView,
  jobListSchema,
  jobViewSchema,
  submitReplySchema,
} from "../contract/http.ts";
import { isFinished, type JobState, type JobType, type Json } from "../contract/job.ts";
import { limits } from "../contract/limits.ts";
import { uploadReplySchema } from "../contract/upload.ts";
import { type Backoff, backoffCeiling } from "../runtime/backoff.ts";
import { type Clock, sleep, systemClock } from "../runtime/clock.ts";
import { AppError, asError } from "../runtime/errors.ts";
import {
  type Answer,
  type CallOptions,
  type ExchangeOptions,
  exchange,
  type Fetch,
  fullJitterMilliseconds,
  type HttpCall,
  isPassing,
  type Sign,
} from "./exchange.ts";
import { batchBody, type PackedJob, packJobs } from "./pack-jobs.ts";
import { createScheduleClient } from "./schedule-client.ts";

export interface JobClientOptions {
  url: string;
  sign?: Sign | undefined;
  fetch?: Fetch;
  clock?: Clock;
  /** Retries after status 429, status 5xx or no answer. */
  retries?: number;
  /** Timeout of one try. */
  answerSeconds?: number | undefined;
  random?: () => number;
}

export interface NewJob extends JobOptions {
  payload: Json;
  type?: JobType;
  /** Default: a random id. */
  jobId?: string;
  /** Does the jobs of a group one at a time, in the order of acceptance. Only a stack with `ordered: true` accepts it. */
  fifo?: boolean;
}

export interface ListOptions extends CallOptions {
  state?: JobState;
  type?: JobType;
  /** Jobs on each page. */
  limit?: number;
}

export type JobClient = ReturnType<typeof createJobClient>;

/**
 * A client with one function for each operation of the job API. All calls are idempotent and retried.
 * @throws AppError `bad-url` unless the URL is http or https
 */
export function createJobClient(options: JobClientOptions) {
  const { clock = systemClock, retries = 6, random = Math.random, fetch = globalThis.fetch as Fetch, sign } = options;
  const { answerSeconds = defaultAnswerSeconds } = options;
  const base = baseOf(options.url);
  const plain: ExchangeOptions = { fetch, clock, retries, random, timeoutSeconds: answerSeconds, isPassing };
  const signed: ExchangeOptions = { ...plain, sign };

  /** Submits a job. It always has an id, so that a retry after a lost answer makes no second job. */
  async function submit(job: NewJob, { signal }: CallOptions = {}): Promise<string> {
    const jobId = job.jobId ?? randomUUID();
    const call = post(`${base}/jobs`, await writeJob({ ...job, jobId }, signal));
    return read(submitReplySchema, await exchange(call, [202], { ...signed, signal, jobId }), call).jobId;
  }

  /** Submits any number of jobs in as few requests as possible. Returns one outcome for each, in the same order. */
  async function submitBatch(jobs: readonly NewJob[], { signal }: CallOptions = {}): Promise<BatchOutcome[]> {
    const outcomes: BatchOutcome[] = [];
    let open: PackedJob<number>[] = [];
    for (const [index, job] of jobs.entries()) {
      open.push({ text: await writeJob({ ...job, jobId: job.jobId ?? randomUUID() }, signal), about: index });
    }
    for (let attempt = 0; open.length > 0; attempt++) {
      const again: PackedJob<number>[] = [];
      for (const batch of packJobs(open, { jobs: limits.batchJobs, bytes: limits.requestBytes })) {
        for (const outcome of await sendBatch(batch, signal)) {
          const job = batch[outcome.index];
          if (job === undefined) {
            const message = `Expected indexes below ${batch.length} in a batch's outcomes; came ${outcome.index}.`;
            throw new AppError("unexpected-answer", message);
          }
          outcomes[job.about] = { ...outcome, index: job.about };
          if (isPassing(outcome.status)) again.push(job);
        }
      }
      open = attempt < retries ? again : [];
      if (open.length > 0) await sleep(clock, fullJitterMilliseconds(attempt, random), signal);
      signal?.throwIfAborted();
    }
    return outcomes;
  }

  async function sendBatch(batch: PackedJob<number>[], signal: AbortSignal | undefined): Promise<BatchOutcome[]> {
    const call = post(`${base}/jobs/batch`, batchBody(batch));
    const { outcomes } = read(batchReplySchema, await exchange(call, [200], { ...signed, signal }), call);
    if (new Set(outcomes.map(({ index }) => index)).size === batch.length) return outcomes;
    throw new AppError("unexpected-answer", `Expected ${batch.length} outcomes of a batch; came ${outcomes.length}.`);
  }

  /** Returns the body of a job's request. Uploads the payload first if it is too large for a body. */
  async function writeJob({ payload, ...job }: NewJob & { jobId: string }, signal?: AbortSignal): Promise<string> {
    const text = JSON.stringify({ ...job, payload }, refuseNonFinite);
    // The limit also holds for a batch of this job alone.
    if (Buffer.byteLength(text) + batchBody([]).length < limits.requestBytes) return text;
    const payloadKey = await upload(documentOf(payload), { signal, contentType: "application/json" });
    return JSON.stringify({ ...job, payloadKey });
  }

  /** Uploads at least one byte. Returns the object key, for a payload or `payloadKey`. */
  async function upload(
    body: Uint8Array<ArrayBuffer>,
    { signal, contentType }: CallOptions & { contentType?: string } = {},
  ): Promise<string> {
    const call = post(`${base}/uploads`, JSON.stringify({ bytes: body.length, contentType }));
    const answer = await exchange(call, [201], { ...signed, signal });
    const { method, url, headers, objectKey } = read(uploadReplySchema, answer, call);
    const sending = { ...plain, signal, timeoutSeconds: uploadSeconds, isPassing: isPassingForUpload };
    // 412: the object exists. Only this call knows its URL, so an earlier try, whose answer was lost, has stored it.
    await exchange({ method, url, headers, body }, [200, 412], sending);
    return objectKey;
  }

  /** Gets the API's OpenAPI document. */
  async function apiDocument({ signal }: CallOptions = {}): Promise<Json> {
    const call = callTo("GET", `${base}/openapi.json`);
    return read(anyJson, await exchange(call, [200], { ...plain, signal }), call);
  }

  /** Gets a job. With `waitSeconds` the API answers when the job has finished, or after that time. */
  async function get(jobId: string, { signal, waitSeconds = 0 }: CallOptions & { waitSeconds?: number } = {}) {
    const wait = waitSeconds > 0 ? `?wait=${Math.min(limits.waitSeconds, Math.ceil(waitSeconds))}` : "";
    const call = callTo("GET", `${base}/jobs/${encodeURIComponent(jobId)}${wait}`);
    return read(jobViewSchema, await exchange(call, [200], { ...signed, signal, jobId }), call);
  }

  /**
   * Waits until a job is finished.
   * @throws AppError `still-unfinished` when it is not within the time
   */
  async function waitFor(jobId: string, { signal, timeoutSeconds }: CallOptions & { timeoutSeconds: number }) {
    let unwaited = 0;
    for (const end = clock.now() + timeoutSeconds * 1000; ; ) {
      const askedAt = clock.now();
      const job: JobView = await get(jobId, { signal, waitSeconds: Math.max(0, end - askedAt) / 1000 });
      if (isFinished(job.state)) return job;
      if (clock.now() >= end) {
        const message = `Expected job ${jobId} to be finished within ${timeoutSeconds} s; it is ${job.state} after ${job.attempts} attempts.`;
        throw new AppError("still-unfinished", message, { details: { jobId } });
      }
      // Above the caller's limit of long polls the API answers without waiting.
      const took = clock.now() - askedAt;
      unwaited = took < pollBackoff.baseMilliseconds ? unwaited + 1 : 0;
      const pause = unwaited > 0 ? backoffCeiling(unwaited, pollBackoff) - took : 0;
      await sleep(clock, Math.max(0, Math.min(pause, end - clock.now())), signal);
      signal?.throwIfAborted();
    }
  }

  /**
   * Submits a job and waits for its end, by long polls. Returns the job, with its result if it succeeded.
   * @throws AppError `still-unfinished` when it has not ended within the time
   */
  async function request(job: NewJob, { signal, timeoutSeconds }: CallOptions & { timeoutSeconds: number }) {
    const ended = await waitFor(await submit(job, { signal }), { signal, timeoutSeconds });
    return ended.state === "succeeded" ? { job: ended, result: await result(ended.jobId, { signal }) } : { job: ended };
  }

  /** Gets a job's result. Follows the redirect to a large one. */
  async function result(jobId: string, { signal }: CallOptions = {}): Promise<Json> {
    const call = callTo("GET", `${base}/jobs/${encodeURIComponent(jobId)}/result`);
    const answer = await exchange(call, [200, 303], { ...signed, signal, jobId });
    if (answer.status === 200) return read(anyJson, answer, call);
    const there = callTo("GET", new URL(answer.location ?? "", call.url).href);
    // Not signed: S3 refuses a presigned URL together with an Authorization header.
    return read(anyJson, await exchange(there, [200], { ...plain, signal, jobId }), there);
  }

  /** Cancels a job: a queued job is `cancelled` at once, of a running one it is `requested`. */
  async function cancel(jobId: string, { signal }: CallOptions = {}): Promise<"cancelled" | "requested"> {
    const call = callTo("DELETE", `${base}/jobs/${encodeURIComponent(jobId)}`);
    const { status } = await exchange(call, [200, 202], { ...signed, signal, jobId });
    return status === 200 ? "cancelled" : "requested";
  }

  /** Queues a failed or cancelled job again. A job that is queued or running stays as it is. */
  async function retry(jobId: string, { signal }: CallOptions = {}): Promise<JobView> {
    const call = callTo("POST", `${base}/jobs/${encodeURIComponent(jobId)}/retry`);
    return read(jobViewSchema, await exchange(call, [202], { ...signed, signal, jobId }), call);
  }

  /** Lists the caller's jobs page by page, newest first. */
  async function* listPages({ signal, ...query }: ListOptions = {}): AsyncGenerator<JobView[], void> {
    let cursor: string | undefined;
    do {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries({ limit: limits.listJobs, ...query, cursor })) {
        if (value !== undefined) search.set(name, String(value));
      }
      const call = callTo("GET", `${base}/jobs?${search}`);
      const page = read(jobListSchema, await exchange(call, [200], { ...signed, signal }), call);
      yield page.jobs;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /** Lists the caller's jobs, newest first. */
  async function* list(query: ListOptions = {}): AsyncGenerator<JobView, void> {
    for await (const page of listPages(query)) yield* page;
  }

  const schedules = createScheduleClient({
    base,
    send: (call, expected, { signal }) => exchange(call, expected, { ...signed, signal }),
    read,
  });

  return {
    submit,
    submitBatch,
    request,
    upload,
    get,
    waitFor,
    result,
    cancel,
    retry,
    list,
    listPages,
    apiDocument,
    schedules,
  };
}

/** API Gateway answers within 30 s: its own timeout. */
const defaultAnswerSeconds = 40;
const uploadSeconds = 600;
const pollBackoff: Backoff = { baseMilliseconds: 500, capMilliseconds: 5_000 };

/** 409: another try to write the object has not ended yet. S3 asks to send the upload again. */
function isPassingForUpload(status: number): boolean {
  return status === 409 || isPassing(status);
}

const anyJson = z.custom<Json>((value) => value !== undefined);

function baseOf(url: string): string {
  if (/^https?:$/.test(URL.parse(url)?.protocol ?? "")) return url.replace(/\/+$/, "");
  throw new AppError("bad-url", `Expected the URL of a job API, such as https://api.example.com; came "${url}".`);
}

/** Refuses NaN and Infinity, which `JSON.stringify` writes as null. */
function refuseNonFinite(name: string, value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw new AppError("bad-payload", `Expected finite numbers; came ${value} as "${name}".`);
}

/** Checks the size before the upload, because the API checks it only afterwards. */
function documentOf(payload: Json): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(JSON.stringify(payload));
  if (bytes.length <= limits.payloadDocumentBytes) return bytes;
  const message = `Expected a payload of at most ${limits.payloadDocumentBytes} bytes; came ${bytes.length}.`;
  throw new AppError("too-large", message);
}

function callTo(method: "GET" | "POST" | "DELETE", url: string): HttpCall {
  return { method, url, headers: {} };
}

function post(url: string, body: string): HttpCall {
  return { method: "POST", url, headers: { "content-type": "application/json" }, body };
}

function read<Schema extends z.ZodType>(schema: Schema, { text }: Answer, { method, url }: HttpCall): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : asError(cause).message;
    const message = `${method} ${new URL(url).pathname} gave an answer that does not match its schema: ${reason}`;
    throw new AppError("unexpected-answer", message, { cause });
  }
}
