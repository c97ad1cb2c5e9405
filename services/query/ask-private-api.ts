import type { Sign } from "../../client/exchange.ts";
import type { QueryRequest } from "../../contract/query.ts";
import type { Clock } from "../../runtime/clock.ts";
import { unlessAborted } from "../../runtime/deadline.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { Problem } from "../api/http/problem.ts";

/** The answer of the private API: a page of jobs, or a problem with the caller's request. */
export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

export type Ask = (request: QueryRequest) => Promise<Answer>;

export interface AskOptions {
  url: string;
  sign: Sign;
  send: typeof fetch;
  clock: Clock;
  log: Log;
}

/** Leaves one second to answer the caller within five. */
const waitMilliseconds = 4_000;

/**
 * Sends a query to the private API, once. The caller may repeat it.
 * @throws Problem 503 if no answer came in time, or an answer with another status than 200 or 400
 */
export function askPrivateApi({ url, sign, send, clock, log }: AskOptions): Ask {
  return async (request) => {
    const abort = new AbortController();
    const cancel = clock.after(waitMilliseconds, () => abort.abort());
    try {
      const call = {
        method: "POST" as const,
        url,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
      };
      // Signing waits for credentials, which may hang and cannot be cancelled.
      const headers = await unlessAborted(abort.signal, sign(call), () => new Error("No credentials came in time."));
      const response = await send(url, { ...call, headers, signal: abort.signal });
      const body = await response.text();
      if (response.status === 200 || response.status === 400) {
        return { status: response.status, contentType: response.headers.get("content-type") ?? "", body };
      }
      log.error({ status: response.status, body: body.slice(0, 500) }, "the private API did not answer the query");
      throw unavailable(`The private API answered ${response.status}.`);
    } catch (thrown) {
      if (thrown instanceof Problem) throw thrown;
      const cause = asError(thrown);
      log.error({ err: cause }, "the private API could not be reached");
      throw unavailable(
        abort.signal.aborted
          ? `The private API did not answer within ${waitMilliseconds / 1_000} s.`
          : "The private API could not be reached.",
        cause,
      );
    } finally {
      cancel();
    }
  };
}

/** 503 with Retry-After. */
export function unavailable(detail: string, cause?: unknown): Problem {
  return new Problem(503, "unavailable", "Try again", detail, { retryAfterSeconds: 2, cause });
}
