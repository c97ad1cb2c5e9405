import type { ProblemBody } from "../../contract/http.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";

export interface RequestOptions {
  clock: Clock;
  signal: AbortSignal;
}

export interface Call {
  method: "GET" | "POST" | "PUT";
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/**
 * Makes a call that may be made twice, again and again while the other side is overloaded, broken or away; gives the answer's text.
 * @throws AppError `unexpected-answer` for any other status than `expected`, `unreachable` for no answer
 */
export async function request(call: Call, expected: number, { clock, signal }: RequestOptions): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const answer = await exchange(call, signal).catch(asError);
    signal.throwIfAborted();
    if (!(answer instanceof Error) && answer.status === expected) return answer.text;
    if (attempt === attempts || !mayPass(answer)) throw describeFailure(call, expected, answer);

    await sleep(clock, firstWaitMilliseconds * 2 ** (attempt - 1), signal);
    signal.throwIfAborted();
  }
}

/** The waits between them come to 6.3 seconds. */
const attempts = 7;
const firstWaitMilliseconds = 100;

interface Answer {
  status: number;
  text: string;
}

async function exchange({ url, ...init }: Call, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, { ...init, signal });
  return { status: response.status, text: await response.text() };
}

function mayPass(answer: Answer | Error): boolean {
  return answer instanceof Error || answer.status === 429 || answer.status >= 500;
}

function describeFailure({ method, url }: Call, expected: number, answer: Answer | Error): AppError {
  // Without its query: a presigned URL's is a credential.
  const { origin, pathname } = new URL(url);
  const call = `${method} ${origin}${pathname}`;
  if (answer instanceof Error) {
    const reason = asError(answer.cause ?? answer).message;
    return new AppError("unreachable", `Expected an answer from ${call}; came none: ${reason}`, { cause: answer });
  }
  const message = `Expected ${expected} from ${call}; came ${answer.status}: ${detailOf(answer.text)}`;
  return new AppError("unexpected-answer", message, { details: { status: answer.status } });
}

function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as Partial<ProblemBody>;
    if (detail) return detail;
  } catch {
    // No problem document: its text tells most.
  }
  return text.slice(0, 200) || "no text";
}
