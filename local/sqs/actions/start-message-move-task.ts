import { z } from "zod";
import { AwsError } from "../../aws-error.ts";
import type { Action } from "../action.ts";
import { mostMovesPerSecond } from "../move-task.ts";
import { integerParameter, parseInput } from "../parse-input.ts";
import { noSuchQueue, writeTaskHandle } from "../task-handle.ts";

const inputSchema = z.object({
  SourceArn: z.string(),
  DestinationArn: z.string().optional(),
  MaxNumberOfMessagesPerSecond: integerParameter("MaxNumberOfMessagesPerSecond", 1, mostMovesPerSecond).optional(),
});

export const startMessageMoveTask: Action = ({ queues, moveTasks }, input) => {
  const { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond } = parseInput(inputSchema, input);
  const source = queues.findByArn(SourceArn);
  if (!source) throw noSuchQueue("SourceArn");
  if (queues.sourcesOf(source).length === 0) {
    throw new AwsError("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.");
  }
  if (DestinationArn !== undefined && !queues.findByArn(DestinationArn)) throw noSuchQueue("DestinationArn");
  if (DestinationArn === SourceArn) {
    throw new AwsError("InvalidParameterValue", "Source queue and destination queue cannot be the same.");
  }

  const task = moveTasks.start({
    source,
    destinationArn: DestinationArn,
    movesPerSecond: MaxNumberOfMessagesPerSecond,
  });
  return { TaskHandle: writeTaskHandle({ taskId: task.id, sourceArn: SourceArn }) };
};
