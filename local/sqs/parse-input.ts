import * as z from "zod";
import { AwsError } from "../aws-error.ts";

/** Parses the input of an action; a missing input is an empty one. Throws AWS's error for the first problem. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue?.path.map(String).join(".") ?? "";
  if (issue?.code === "invalid_type" && issue.input === undefined) throw missingParameter(name);
  // A custom issue carries AWS's whole sentence; an issue of zod's own carries only the reason.
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

export function invalidParameter(value: unknown, name: string, reason: string): AwsError {
  return new AwsError("InvalidParameterValue", `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
}

export function missingParameter(name: string): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${name}.`);
}
