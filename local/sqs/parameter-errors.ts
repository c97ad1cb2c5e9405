import { AwsError } from "../aws-error.ts";

export function invalidParameter(value: unknown, name: string, reason: string): AwsError {
  return new AwsError("InvalidParameterValue", `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
}

export function missingParameter(name: string): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${name}.`);
}
