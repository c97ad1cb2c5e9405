import { type ProblemBody, problemSchema } from "../contract/http.ts";
import { backoffCeiling } from "../runtime/backoff.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { AppError, asError } from "../runtime/errors.ts";
import { jsonOrUndefined } from "../runtime/json-or-undefined.ts";
import { JobApiError } from "./job-api-error.ts";

export interface HttpCall {
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/** The part of `fetch` that the client uses. Node's and undici's both fit. */
export type Fetch = (
  url: string,
  init: Omit<HttpCall, "url"> & { signal: AbortSignal; redirect: "manual" },
) => Promise<{ status: number; headers: { get(name: string): string | null }; text(): Promise<string> }>;

/** Returns the headers of a call with the caller's credentials added. */
export type Sign = (call: HttpCall) => Promise<Record<string, string>>;

/** Sends a bearer token, for stacks with `auth: jwt`. `token` is called for each request, because tokens expire. */
export function bearer(token: () => string | Promise<string>): Sign {
  return async ({ headers }) => ({ ...headers, authorization: `Bearer ${await token()}` });
}

export interface ExchangeOptions {
  fetch: Fetch;
  sign?: Sign | undefined;
  clock: Clock;
  retries: number;
  /** Timeout of one try. */
  timeoutSeconds: number;
  random: () => number;
  /** Statuses after which a retry may succeed. */
  isPassing: (status: number) => boolean;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface Answer {
  status: number;
  text: string;
  location: string | null;
}

/**
 * Sends an idempotent request, and retries it after a passing status or no answer.
 * @throws JobApiError for an unexpected status or no answer; AppError `unsigned` if signing failed
 */
export async function exchange(
  call: HttpCall,
  expected: readonly number[],
  options: ExchangeOptions & { signal?: AbortSignal | undefined; jobId?: string | undefined },
): Promise<Answer> {
  const { signal, clock, retries, random } = options;
  for (let attempt = 0; ; attempt++) {
    // Signing is outside the retries: it fails for reasons on this side, such as missing credentials.
    const headers = await signHeaders(call, options.sign);
    const answer = await send({ ...call, headers }, options).catch(asError);
    signal?.throwIfAborted();
    if (!(answer instanceof Error) && expected.includes(answer.status)) return answer;
    const isWorth = isWorthRetry(answer, options.isPassing);
    if (attempt >= retries || !isWorth) throw describeFailure(call, expected, answer, options.jobId);

    await sleep(clock, pauseMilliseconds(attempt, answer, random), signal);
    signal?.throwIfAborted();
  }
}

/** Statuses of the API after which a retry may succeed. */
export function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

/**
 * Exponential backoff with full jitter, added to the wait that the server asked for.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitterMilliseconds(attempt: number, random: () => number, least = 0): number {
  return least + random() * backoffCeiling(attempt + 1, backoff);
}

const backoff = { baseMilliseconds: 200, capMilliseconds: 20_000 };
/** Longest Retry-After that is waited for. */
const longestAskedPause = 60_000;

interface TriedAnswer extends Answer {
  retryAfter: string | null;
}

async function signHeaders(call: HttpCall, sign: Sign | undefined): Promise<Record<string, string>> {
  if (sign === undefined) return call.headers;
  try {
    return await sign(call);
  } catch (cause) {
    const message = `Expected to sign ${nameOf(call)}; could not: ${asError(cause).message}`;
    throw new AppError("unsigned", message, { cause });
  }
}

async function send(
  call: HttpCall,
  { fetch, clock, timeoutSeconds, signal }: ExchangeOptions & { signal?: AbortSignal | undefined },
): Promise<TriedAnswer> {
  const timeout = new AbortController();
  const cancelTimer = clock.after(timeoutSeconds * 1000, () =>
    timeout.abort(new Error(`no answer within ${timeoutSeconds} s`)),
  );
  try {
    const { url, ...init } = call;
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal,
    });
    return {
      status: response.status,
      text: await response.text(),
      location: response.headers.get("location"),
      retryAfter: response.headers.get("retry-after"),
    };
  } finally {
    cancelTimer();
  }
}

/** Not after a longer pause than this call would make, as when the uploads of a day are used up. */
function isWorthRetry(answer: TriedAnswer | Error, isPassing: ExchangeOptions["isPassing"]): boolean {
  if (answer instanceof Error) return true;
  return isPassing(answer.status) && !(Number(answer.retryAfter ?? 0) * 1000 > longestAskedPause);
}

function pauseMilliseconds(attempt: number, answer: TriedAnswer | Error, random: () => number): number {
  const asked = answer instanceof Error ? Number.NaN : Number(answer.retryAfter ?? Number.NaN) * 1000;
  return fullJitterMilliseconds(attempt, random, asked > 0 ? asked : 0);
}

function describeFailure(
  failed: HttpCall,
  expected: readonly number[],
  answer: Answer | Error,
  jobId: string | undefined,
): JobApiError {
  const call = nameOf(failed);
  const about = jobId === undefined ? {} : { jobId };
  if (answer instanceof Error) {
    const reason = asError(answer.cause ?? answer).message;
    return new JobApiError(`Expected an answer from ${call}; came none: ${reason}`, { ...about, cause: answer });
  }
  const problem = readProblem(answer.text);
  const detail = problem?.detail ?? (answer.text.slice(0, 200) || "no text");
  const message = `Expected ${expected.join(" or ")} from ${call}; came ${answer.status}: ${detail}`;
  return new JobApiError(message, { ...about, status: answer.status, ...(problem ? { problem } : {}) });
}

/** The call without its query, because the query of a presigned URL is a credential. */
function nameOf({ method, url }: HttpCall): string {
  const { origin, pathname } = new URL(url);
  return `${method} ${origin}${pathname}`;
}

function readProblem(text: string): ProblemBody | undefined {
  // API Gateway and proxies answer without a problem document.
  return problemSchema.safeParse(jsonOrUndefined(text)).data;
}
