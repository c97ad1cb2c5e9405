import type { z } from "zod";
import type { FieldError, ProblemBody } from "../../../contract/http.ts";
import { limits } from "../../../contract/limits.ts";
import { AppError, asError } from "../../../runtime/errors.ts";
import { CallError } from "../../../runtime/json-client/json-client.ts";
import type { Log } from "../../../runtime/log.ts";
import { fieldErrors, shorten } from "./field-errors.ts";

export interface ProblemOptions {
  errors?: ProblemBody["errors"];
  /** Number of errors beyond those in `errors`. */
  moreErrors?: number;
  /** The error of the job that the request names. */
  error?: ProblemBody["error"];
  /** The owner's limit that the request exceeds, and the owner's count. */
  limit?: { limit: number; count: number };
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** An error answer of the API, as the client sees it. */
export class Problem extends AppError {
  override readonly name = "Problem";
  readonly status: number;
  readonly title: string;
  readonly errors: ProblemBody["errors"];
  readonly moreErrors: number;
  readonly error: ProblemBody["error"];
  readonly limit: ProblemOptions["limit"];
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, title: string, detail: string, options: ProblemOptions = {}) {
    super(code, shorten(detail, limits.problemDetailCharacters), { cause: options.cause });
    this.status = status;
    this.title = title;
    this.errors = options.errors;
    this.moreErrors = options.moreErrors ?? 0;
    this.error = options.error;
    this.limit = options.limit;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** Headers besides the content type. */
  headers(): Record<string, string> {
    return this.retryAfterSeconds ? { "retry-after": String(this.retryAfterSeconds) } : {};
  }

  body(): ProblemBody {
    return {
      type: `urn:sluice:problem:${this.code}`,
      title: this.title,
      status: this.status,
      detail: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
      ...(this.moreErrors > 0 ? { moreErrors: this.moreErrors } : {}),
      ...(this.error ? { error: this.error } : {}),
      ...this.limit,
    };
  }
}

/** 400 for invalid fields. */
export function invalidRequest(errors: FieldError[]): Problem {
  return refusal(400, "invalid-request", "The request is invalid", errors);
}

/**
 * A problem that lists the first `limits.problemErrors` invalid fields and counts the others, so that the answer stays below
 * Lambda's limit however many mistakes a request has.
 */
export function refusal(
  status: number,
  code: string,
  title: string,
  found: FieldError[],
  { cause, moreErrors = 0 }: Pick<ProblemOptions, "cause" | "moreErrors"> = {},
): Problem {
  const errors = found.slice(0, limits.problemErrors).map(({ field, expected, came }) => ({
    field: shorten(field),
    expected: shorten(expected),
    came: shorten(came),
  }));
  const more = found.length - errors.length + moreErrors;
  const all = errors.map(({ field, expected, came }) => `${field}: expected ${expected}; came ${came}.`).join(" ");
  const rest = more > 0 ? ` And ${more} more.` : "";
  const detail = `${shorten(all, limits.problemDetailCharacters - rest.length - 1)}${rest}`;
  return new Problem(status, code, title, detail, { errors, moreErrors: more, cause });
}

/** Validates a value with a schema. @throws Problem 400 with each invalid field */
export function check<Schema extends z.ZodType>(schema: Schema, value: unknown, prefix = ""): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidRequest(fieldErrors(parsed.error, value, prefix));
}

/** Converts an error to a problem. Anything else than a `Problem` is logged, and the client gets no details of it. */
export function problemOf(thrown: unknown, log: Log): Problem {
  if (thrown instanceof Problem) return thrown;
  const error = asError(thrown);
  log.error({ err: error }, "the request failed with an unexpected error");
  if (isTransient(error)) {
    const detail = "A part of the service is unavailable. Send the same request again, with the same id.";
    return new Problem(503, "unavailable", "Try again", detail, { cause: error, retryAfterSeconds: 1 });
  }
  return new Problem(500, "internal", "Internal error", "The request failed; the error was logged.", { cause: error });
}

/** A retry may succeed. A `CallError` is an answer of AWS or none; the SDK's errors have `$metadata`; failed connections and timeouts have a system error code. */
function isTransient(error: Error): boolean {
  if (error instanceof AppError) return transientCodes.includes(error.code);
  if (error instanceof CallError) return true;
  const code = "code" in error ? String(error.code) : "";
  return "$metadata" in error || /^E[A-Z]+$/.test(code) || error.name === "TimeoutError";
}

/** Write conflicts on one record, a throttled table, a message that SQS did not take, a record of a newer version, a timeout. */
const transientCodes = ["contention", "throttled", "unsent", "newer-record", "too-late"];
