import { AppError, asError } from "../../../runtime/errors.ts";
import type { Log } from "../../../runtime/log.ts";
import { Problem } from "./problem.ts";

/** What anything thrown is to the caller. What is no problem of the caller's making is logged, and said without its details. */
export function problemOf(thrown: unknown, log: Log): Problem {
  if (thrown instanceof Problem) return thrown;
  const error = asError(thrown);
  log.error({ err: error }, "request failed");
  if (isPassing(error)) {
    const detail = "A part of the service cannot be reached. Send the same request again, with the same id.";
    return new Problem(503, "unavailable", "Try again", detail, { cause: error, retryAfterSeconds: 1 });
  }
  return new Problem(500, "internal", "The service failed", "The request failed and was logged.", { cause: error });
}

/** Another try may well not meet it. The SDK marks what it throws; failed connections and timeouts carry a system code. */
function isPassing(error: Error): boolean {
  if (error instanceof AppError) return passingCodes.includes(error.code);
  const code = "code" in error ? String(error.code) : "";
  return "$metadata" in error || /^E[A-Z]+$/.test(code) || error.name === "TimeoutError";
}

/** Rivals for a record, a throttled table, a record that a newer version wrote, a part that does not answer. */
const passingCodes = ["contention", "throttled", "newer-record", "too-late"];
