import type { z } from "zod";
import type { FieldError, ProblemBody } from "../../../contract/http.ts";
import { AppError } from "../../../runtime/errors.ts";
import { fieldErrors } from "./field-errors.ts";

export interface ProblemOptions {
  errors?: ProblemBody["errors"];
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
  readonly error: ProblemBody["error"];
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, title: string, detail: string, options: ProblemOptions = {}) {
    super(code, detail, { cause: options.cause });
    this.status = status;
    this.title = title;
    this.errors = options.errors;
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
      ...(this.error ? { error: this.error } : {}),
    };
  }
}

/** A request that is not as it should be, with every place where it is not. */
export function invalidRequest(errors: FieldError[]): Problem {
  return refusal(400, "invalid-request", "The request is not as expected", errors);
}

/** A request that is not looked at any further, for what these places of it are. */
export function refusal(status: number, code: string, title: string, errors: FieldError[], cause?: unknown): Problem {
  const detail = errors.map(({ field, expected, came }) => `${field}: expected ${expected}; came ${came}`).join(". ");
  return new Problem(status, code, title, `${detail}.`, { errors, cause });
}

/** The value as its schema has accepted it. @throws Problem 400 */
export function check<Schema extends z.ZodType>(schema: Schema, value: unknown, prefix = ""): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidRequest(fieldErrors(parsed.error, value, prefix));
}
