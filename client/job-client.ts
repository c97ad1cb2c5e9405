import { randomUUID } from "node:crypto";
import { z } from "zod";
import {
  type BatchOutcome,
  batchReplySchema,
  type JobView,
  jobListSchema,
  jobViewSchema,
  submitReplySchema,
  uploadReplySchema,
} from "../contract/http.ts";
import { isFinished, type JobState, type JobType, type Json } from "../contract/job.ts";
import { limits } from "../contract/limits.ts";
import { type Clock, sleep, systemClock } from "../runtime/clock.ts";
import { AppError, asError } from "../runtime/errors.ts";
import {
  type Answer,
  type ExchangeOptions,
  exchange,
  type Fetch,
  fullJitterMilliseconds,
  type HttpCall,
  isPassing,
  type Sign,
} from "./exchange.ts";
import { batchBody, type PackedJob, packJobs } from "./pack-jobs.ts";

export interface JobClientOptions {
  url: string;
  sign?: Sign | undefined;
  fetch?: Fetch;
  clock?: Clock;
  /** Further tries while the API is overloaded, broken or away. */
  retries?: number;
  /** Longest wait for one answer. API Gateway answers within 30 s, whatever happens behind it. */
  answerSeconds?: number | undefined;
  random?: () => number;
}

export interface NewJob {
  payload: Json;
  type?: JobType;
  /** One of the client's own making unless told. */
  jobId?: string;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface ListOptions extends CallOptions {
  state?: JobState;
  type?: JobType;
  /** Jobs on each page. */
  limit?: number;
}

export type JobClient = ReturnType<typeof createJobClient>;

/**
 * The job API as functions. Every call may be made twice without harm, and is where that may help.
 * @throws AppError `bad-url` for an address that is none
 */
export function createJobClient(options: JobClientOptions) {
  const { clock = systemClock, retries = 6, random = Math.random, fetch = globalThis.fetch as Fetch, sign } = options;
  const { answerSeconds = defaultAnswerSeconds } = options;
  const base = baseOf(options.url);
  const plain: ExchangeOptions = { fetch, clock, retries, random, timeoutSeconds: answerSeconds };
  const signed: ExchangeOptions = { ...plain, sign };

  /** Always under an id, so that one whose answer was lost can be sent again and is still one job. */
  async function submit(job: NewJob, { signal }: CallOptions = {}): Promise<string> {
    const jobId = job.jobId ?? randomUUID();
    const call = post(`${base}/jobs`, await writeJob({ ...job, jobId }, signal));
    return read(submitReplySchema, await exchange(call, [202], { ...signed, signal, jobId }), call).jobId;
  }

  /** Any number of jobs, in as few requests as they fit into; one outcome for each, in their order. */
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
          if (job === undefined)
            throw new AppError("unexpected-answer", `An outcome of no job of the batch came: ${outcome.index}`);
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

  /** The body of a job's request; a payload too large for one is uploaded first. */
  async function writeJob({ payload, ...job }: NewJob & { jobId: string }, signal?: AbortSignal): Promise<string> {
    const text = JSON.stringify({ ...job, payload }, refuseNonFinite);
    // As a batch of one job, it must fit with its envelope.
    if (Buffer.byteLength(text) + batchBody([]).length < limits.requestBytes) return text;
    return JSON.stringify({ ...job, payloadKey: await upload(documentOf(payload), { signal }) });
  }

  /** Uploads bytes, and gives the key by which a payload or `payloadKey` names them. */
  async function upload(body: Uint8Array<ArrayBuffer>, { signal }: CallOptions = {}): Promise<string> {
    const call = post(`${base}/uploads`, "{}");
    const { method, url, objectKey } = read(
      uploadReplySchema,
      await exchange(call, [201], { ...signed, signal }),
      call,
    );
    await exchange({ method, url, headers: {}, body }, [200], { ...plain, signal, timeoutSeconds: uploadSeconds });
    return objectKey;
  }

  /** Where a job is; with `waitSeconds` the API answers once it is finished, or after that time. */
  async function get(jobId: string, { signal, waitSeconds = 0 }: CallOptions & { waitSeconds?: number } = {}) {
    const wait = waitSeconds > 0 ? `?wait=${Math.min(limits.waitSeconds, Math.ceil(waitSeconds))}` : "";
    const call = request("GET", `${base}/jobs/${encodeURIComponent(jobId)}${wait}`);
    return read(jobViewSchema, await exchange(call, [200], { ...signed, signal, jobId }), call);
  }

  /**
   * Waits until a job is finished.
   * @throws AppError `still-unfinished` when it is not within the time
   */
  async function waitFor(jobId: string, { signal, timeoutSeconds }: CallOptions & { timeoutSeconds: number }) {
    for (const end = clock.now() + timeoutSeconds * 1000; ; ) {
      const askedAt = clock.now();
      const job: JobView = await get(jobId, { signal, waitSeconds: Math.max(0, end - askedAt) / 1000 });
      if (isFinished(job.state)) return job;
      if (clock.now() >= end) {
        const message = `Expected job ${jobId} to be finished within ${timeoutSeconds} s; it is ${job.state} after ${job.attempts} attempts.`;
        throw new AppError("still-unfinished", message, { details: { jobId } });
      }
      // An API that does not wait is not to be asked without a pause.
      await sleep(clock, Math.max(0, leastBetweenPolls - (clock.now() - askedAt)), signal);
      signal?.throwIfAborted();
    }
  }

  /** What a job made, wherever it stands. */
  async function result(jobId: string, { signal }: CallOptions = {}): Promise<Json> {
    const call = request("GET", `${base}/jobs/${encodeURIComponent(jobId)}/result`);
    const answer = await exchange(call, [200, 303], { ...signed, signal, jobId });
    if (answer.status === 200) return read(anyJson, answer, call);
    const there = request("GET", new URL(answer.location ?? "", call.url).href);
    // Not signed: the address is its own permission, and another's signature would spoil it.
    return read(anyJson, await exchange(there, [200], { ...plain, signal, jobId }), there);
  }

  /** Asks for a job's end: `cancelled` at once where it waited, `requested` where it runs. */
  async function cancel(jobId: string, { signal }: CallOptions = {}): Promise<"cancelled" | "requested"> {
    const call = request("DELETE", `${base}/jobs/${encodeURIComponent(jobId)}`);
    const { status } = await exchange(call, [200, 202], { ...signed, signal, jobId });
    return status === 200 ? "cancelled" : "requested";
  }

  /** The caller's jobs, newest first, a page at a time. */
  async function* listPages({ signal, ...query }: ListOptions = {}): AsyncGenerator<JobView[], void> {
    let cursor: string | undefined;
    do {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries({ limit: limits.listJobs, ...query, cursor })) {
        if (value !== undefined) search.set(name, String(value));
      }
      const call = request("GET", `${base}/jobs?${search}`);
      const page = read(jobListSchema, await exchange(call, [200], { ...signed, signal }), call);
      yield page.jobs;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  async function* list(query: ListOptions = {}): AsyncGenerator<JobView, void> {
    for await (const page of listPages(query)) yield* page;
  }

  return { submit, submitBatch, upload, get, waitFor, result, cancel, list, listPages };
}

/** API Gateway answers within 30 s, with an error of its own if need be. */
const defaultAnswerSeconds = 40;
const uploadSeconds = 600;
const leastBetweenPolls = 500;

const anyJson = z.custom<Json>((value) => value !== undefined);

function baseOf(url: string): string {
  if (/^https?:$/.test(URL.parse(url)?.protocol ?? "")) return url.replace(/\/+$/, "");
  throw new AppError("bad-url", `Expected the address of a job API, such as https://api.example.com; came "${url}".`);
}

/** `JSON.stringify` would write null for them. */
function refuseNonFinite(name: string, value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw new AppError("bad-payload", `Expected numbers that JSON can say; came ${value} as "${name}".`);
}

/** Refused before it is sent: the API would refuse it only when all of it is there. */
function documentOf(payload: Json): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(JSON.stringify(payload));
  if (bytes.length <= limits.payloadDocumentBytes) return bytes;
  const message = `Expected a payload of at most ${limits.payloadDocumentBytes} bytes; came ${bytes.length}.`;
  throw new AppError("too-large", message);
}

function request(method: "GET" | "DELETE", url: string): HttpCall {
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
    const message = `${method} ${new URL(url).pathname} answered otherwise than agreed: ${reason}`;
    throw new AppError("unexpected-answer", message, { cause });
  }
}
