import * as z from "zod";
import { AppError } from "../runtime/errors.ts";

/** An error answer of an AWS API: AWS's code, and the HTTP status. */
export class AwsError extends AppError {
  override readonly name = "AwsError";
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(code, message);
    this.status = status;
  }
}

/** The answer to an action that the laptop cloud does not emulate. */
export function unsupported(service: string, action: string): AwsError {
  return new AwsError("UnsupportedOperation", `The laptop cloud's ${service} has no action "${action}".`, 501);
}

/**
 * Parses the input of an API call.
 * @throws AwsError with this code, which lists every problem
 */
export function parseOrRefuse<Schema extends z.ZodType>(schema: Schema, input: unknown, code: string): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new AwsError(code, z.prettifyError(parsed.error));
  return parsed.data;
}
