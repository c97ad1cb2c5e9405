import type { z } from "zod";
import type { ProblemBody } from "../../../contract/http.ts";
import { AppError } from "../../../runtime/errors.ts";

export interface ProblemOptions {
  errors?: ProblemBody["errors"];
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** An answer other than success, as the client shall see it. */
export class Problem extends AppError {
  override readonly name = "Problem";
  readonly status: number;
  readonly title: string;
  readonly errors: ProblemBody["errors"];
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, title: string, detail: string, options: ProblemOptions = {}) {
    super(code, detail, { cause: options.cause });
    this.status = status;
    this.title = title;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  body(): ProblemBody {
    return {
      type: `urn:sluice:problem:${this.code}`,
      title: this.title,
      status: this.status,
      detail: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
    };
  }
}

/** A request that is not as its schema wants it, field by field. */
export function invalidRequest(error: z.ZodError, prefix: string): Problem {
  const errors = error.issues.map((issue) => ({
    field: [prefix, ...issue.path].filter((part) => part !== "").join("."),
    message: issue.message,
  }));
  const detail = errors.map(({ field, message }) => `${field || "body"}: ${message}`).join("; ");
  return new Problem(400, "invalid-request", "The request is not as expected", detail, { errors });
}
