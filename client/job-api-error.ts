import type { ProblemBody } from "../contract/http.ts";
import { AppError } from "../runtime/errors.ts";

/** The job API answered with an unexpected status, or could not be reached. */
export class JobApiError extends AppError {
  override readonly name = "JobApiError";
  /** HTTP status; undefined without an answer. */
  readonly status: number | undefined;
  readonly problem: ProblemBody | undefined;
  readonly jobId: string | undefined;

  constructor(message: string, told: { status?: number; problem?: ProblemBody; jobId?: string; cause?: unknown }) {
    const code = told.status === undefined ? "unreachable" : "unexpected-answer";
    super(code, message, { cause: told.cause, details: { status: told.status, jobId: told.jobId } });
    this.status = told.status;
    this.problem = told.problem;
    this.jobId = told.jobId;
  }
}
