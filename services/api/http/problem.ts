import type { z } from "zod";
import type { FieldError, ProblemBody } from "../../../contract/http.ts";
import { limits } from "../../../contract/limits.ts";
import { AppError } from "../../../runtime/errors.ts";
import { fieldErrors, shorten } from "./field-errors.ts";

export interface ProblemOptions {
  errors?: ProblemBody["errors"];
  /** Errors that were found and are not among `errors`. */
  moreErrors?: number;
  /** Why the job that the request is about has failed. */
  error?: ProblemBody["error"];
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** An answer other than success, as the client shall see it. */
export class Problem extends AppError {
  override readonly name = "Problem";
  readonly status: number;
  readonly title: string;
  readonly errors: ProblemBody["errors"];
  readonly moreErrors: number;
  readonly error: ProblemBody["error"];
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, title: string, detail: string, options: ProblemOptions = {}) {
    super(code, shorten(detail, limits.problemDetailCharacters), { cause: options.cause });
    this.status = status;
    this.title = title;
    this.errors = options.errors;
    this.moreErrors = options.moreErrors ?? 0;
    this.error = options.error;
    this.retryAfterSeconds = options.retryAfterSeconds;
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
    };
  }
}

/** A request that is not as it should be, with every place where it is not. */
export function invalidRequest(errors: FieldError[]): Problem {
  return refusal(400, "invalid-request", "The request is not as expected", errors);
}

/**
 * A request that is not looked at any further, for what these places of it are. The answer names the first of them and counts
 * the rest: a request of many mistakes must not make an answer that is larger than Lambda lets through.
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
  const places = errors.map(({ field, expected, came }) => `${field}: expected ${expected}; came ${came}.`).join(" ");
  const rest = more > 0 ? ` And ${more} more.` : "";
  const detail = `${shorten(places, limits.problemDetailCharacters - rest.length - 1)}${rest}`;
  return new Problem(status, code, title, detail, { errors, moreErrors: more, cause });
}

/** The value as its schema has accepted it. @throws Problem 400 */
export function check<Schema extends z.ZodType>(schema: Schema, value: unknown, prefix = ""): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidRequest(fieldErrors(parsed.error, value, prefix));
}
