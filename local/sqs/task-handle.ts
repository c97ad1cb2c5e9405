import { z } from "zod";
import { AwsError } from "../aws-error.ts";

const taskHandleSchema = z.object({ taskId: z.string(), sourceArn: z.string() });

/** What CancelMessageMoveTask is given to find the task by. */
export type TaskHandle = z.infer<typeof taskHandleSchema>;

export function writeTaskHandle(handle: TaskHandle): string {
  return Buffer.from(JSON.stringify(handle)).toString("base64");
}

export function readTaskHandle(text: string): TaskHandle {
  try {
    return taskHandleSchema.parse(JSON.parse(Buffer.from(text, "base64").toString()));
  } catch {
    throw new AwsError("InvalidParameterValue", "Value for parameter TaskHandle is invalid.");
  }
}

/** Answers an ARN of no queue. */
export function noSuchQueue(parameter: "SourceArn" | "DestinationArn"): AwsError {
  return new AwsError(
    "ResourceNotFoundException",
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    404,
  );
}
