import { z } from "zod";
import { AwsError } from "../aws-error.ts";
import { missingParameter } from "./parameter-errors.ts";

/** The input of an action, or the error that AWS answers to the first thing wrong with it. No input is an empty one. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue?.path.map(String).join(".") ?? "";
  if (issue?.code === "invalid_type" && issue.input === undefined) throw missingParameter(name);
  // What a field of ours says is AWS's whole sentence; what zod says is only the reason.
  const message =
    issue?.code === "custom" ? issue.message : `The parameter ${name} is invalid. Reason: ${issue?.message}`;
  throw new AwsError("InvalidParameterValue", message);
}

/** A whole number within limits, refused in AWS's words. */
export function integerParameter(name: string, least: number, most: number) {
  return z.number().refine((value) => Number.isInteger(value) && value >= least && value <= most, {
    error: ({ input }) =>
      `Value ${input} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  });
}
