import { AppError } from "../../runtime/errors.ts";

/** A message or file that can never become a job. Its code and message become the reason in the dead-letter queue. */
export class NoJob extends AppError {
  override readonly name = "NoJob";

  get reason(): string {
    return `${this.code}: ${this.message}`;
  }
}
