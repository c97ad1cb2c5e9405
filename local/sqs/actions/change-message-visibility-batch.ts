import { z } from "zod";
import type { Action } from "../action.ts";
import { batchAnswer, batchOf, checkBatch, forEachEntry } from "../batch.ts";
import { missingParameter } from "../parameter-errors.ts";
import { integerParameter, parseInput } from "../parse-input.ts";
import { longestVisibilitySeconds } from "../queue-attributes.ts";

const inputSchema = z.object({
  QueueUrl: z.string(),
  Entries: batchOf({
    ReceiptHandle: z.string(),
    VisibilityTimeout: integerParameter("VisibilityTimeout", 0, longestVisibilitySeconds).optional(),
  }),
});

export const changeMessageVisibilityBatch: Action = ({ queues }, input) => {
  const { QueueUrl, Entries } = parseInput(inputSchema, input);
  const queue = queues.get(QueueUrl);
  checkBatch("ChangeMessageVisibilityBatchRequestEntry", Entries);

  const { done, failed } = forEachEntry(Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
    if (VisibilityTimeout === undefined) throw missingParameter("VisibilityTimeout");
    queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
    return {};
  });
  return batchAnswer(done, failed);
};
