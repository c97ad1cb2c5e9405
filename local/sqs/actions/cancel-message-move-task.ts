import { z } from "zod";
import { AwsError } from "../../aws-error.ts";
import type { Action } from "../action.ts";
import { parseInput } from "../parse-input.ts";
import { noSuchQueue, readTaskHandle } from "../task-handle.ts";

const inputSchema = z.object({ TaskHandle: z.string() });

export const cancelMessageMoveTask: Action = ({ queues, moveTasks }, input) => {
  const { taskId, sourceArn } = readTaskHandle(parseInput(inputSchema, input).TaskHandle);
  const source = queues.findByArn(sourceArn);
  if (!source) throw noSuchQueue("SourceArn");
  const task = moveTasks.of(source).find(({ id }) => id === taskId);
  if (!task) throw new AwsError("ResourceNotFoundException", "Task does not exist.", 404);
  if (task.status !== "RUNNING") {
    throw new AwsError("UnsupportedOperation", `Only a running task can be cancelled; this one is ${task.status}.`);
  }
  task.cancel();
  return { ApproximateNumberOfMessagesMoved: task.moved };
};
