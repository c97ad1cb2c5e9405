import { AppError } from "../runtime/errors.ts";

/** What an AWS API answers instead of a result: AWS's own code for it, and the HTTP status it comes with. */
export class AwsError extends AppError {
  override readonly name = "AwsError";
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(code, message);
    this.status = status;
  }
}
