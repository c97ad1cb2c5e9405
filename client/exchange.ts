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

/** What is needed of a fetch: Node's own and undici's both are one. */
export type Fetch = (
  url: string,
  init: Omit<HttpCall, "url"> & { signal: AbortSignal; redirect: "manual" },
) => Promise<{ status: number; headers: { get(name: string): string | null }; text(): Promise<string> }>;

/** Gives the headers of a call that says who is calling. */
export type Sign = (call: HttpCall) => Promise<Record<string, string>>;

export interface ExchangeOptions {
  fetch: Fetch;
  sign?: Sign | undefined;
  clock: Clock;
  /** Further tries while the other side is overloaded, broken or away. */
  retries: number;
  /** Longest wait for one answer. */
  timeoutSeconds: number;
  random: () => number;
}

export interface Answer {
  status: number;
  text: string;
  location: string | null;
}

/**
 * Makes a call that may be made twice, again and again while the other side is overloaded, broken or away.
 * @throws JobApiError for any other status than those expected, and for no answer; AppError `unsigned` where none could be asked for
 */
export async function exchange(
  call: HttpCall,
  expected: readonly number[],
  options: ExchangeOptions & { signal?: AbortSignal | undefined; jobId?: string | undefined },
): Promise<Answer> {
  const { signal, clock, retries, random } = options;
  for (let attempt = 0; ; attempt++) {
    // A signature that cannot be made is nothing of the other side's, and not waited out.
    const headers = await signHeaders(call, options.sign);
    const answer = await tryOnce({ ...call, headers }, options).catch(asError);
    signal?.throwIfAborted();
    if (!(answer instanceof Error) && expected.includes(answer.status)) return answer;
    if (attempt >= retries || !mayPass(answer)) throw describeFailure(call, expected, answer, options.jobId);

    await sleep(clock, pauseMilliseconds(attempt, answer, random), signal);
    signal?.throwIfAborted();
  }
}

/** Statuses that may be others a moment later. */
export function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

/**
 * Exponential backoff with full jitter, but never sooner than the other side asked for.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitterMilliseconds(attempt: number, random: () => number, least = 0): number {
  return least + random() * backoffCeiling(attempt + 1, backoff);
}

const backoff = { baseMilliseconds: 200, capMilliseconds: 20_000 };
/** Nobody means a client to wait for longer; what asks for more is answered by the next try. */
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

async function tryOnce(
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

function mayPass(answer: Answer | Error): boolean {
  return answer instanceof Error || isPassing(answer.status);
}

function pauseMilliseconds(attempt: number, answer: TriedAnswer | Error, random: () => number): number {
  const asked = answer instanceof Error ? Number.NaN : Number(answer.retryAfter ?? Number.NaN) * 1000;
  return fullJitterMilliseconds(attempt, random, asked > 0 ? Math.min(asked, longestAskedPause) : 0);
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

/** Without its query: a presigned URL's is a credential. */
function nameOf({ method, url }: HttpCall): string {
  const { origin, pathname } = new URL(url);
  return `${method} ${origin}${pathname}`;
}

function readProblem(text: string): ProblemBody | undefined {
  // A gateway or proxy answers without a problem document; then the text says most.
  return problemSchema.safeParse(jsonOrUndefined(text)).data;
}
