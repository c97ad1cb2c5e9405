import { z } from "zod";
import type { Action } from "../action.ts";
import type { MoveTask } from "../move-task.ts";
import { mostTasksListed } from "../move-tasks.ts";
import { integerParameter, parseInput } from "../parse-input.ts";
import { noSuchQueue, writeTaskHandle } from "../task-handle.ts";

const inputSchema = z.object({
  SourceArn: z.string(),
  MaxResults: integerParameter("MaxResults", 1, mostTasksListed).default(1),
});

export const listMessageMoveTasks: Action = ({ queues, moveTasks }, input) => {
  const { SourceArn, MaxResults } = parseInput(inputSchema, input);
  const source = queues.findByArn(SourceArn);
  if (!source) throw noSuchQueue("SourceArn");
  return { Results: moveTasks.of(source).slice(0, MaxResults).map(describe) };
};

/** JSON leaves out what is undefined, as AWS does. */
function describe(task: MoveTask): object {
  const { source, destinationArn, movesPerSecond } = task.order;
  const sourceArn = source.identity.arn;
  return {
    TaskHandle: task.status === "RUNNING" ? writeTaskHandle({ taskId: task.id, sourceArn }) : undefined,
    Status: task.status,
    SourceArn: sourceArn,
    DestinationArn: destinationArn,
    MaxNumberOfMessagesPerSecond: movesPerSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failureReason,
    StartedTimestamp: task.startedAt,
  };
}
