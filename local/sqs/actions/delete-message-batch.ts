import { z } from "zod";
import type { Action } from "../action.ts";
import { batchAnswer, batchOf, checkBatch, forEachEntry } from "../batch.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.object({ QueueUrl: z.string(), Entries: batchOf({ ReceiptHandle: z.string() }) });

export const deleteMessageBatch: Action = ({ queues }, input) => {
  const { QueueUrl, Entries } = parseInput(inputSchema, input);
  const queue = queues.get(QueueUrl);
  checkBatch("DeleteMessageBatchRequestEntry", Entries);

  const { done, failed } = forEachEntry(Entries, ({ ReceiptHandle }) => {
    queue.delete(ReceiptHandle);
    return {};
  });
  return batchAnswer(done, failed);
};
