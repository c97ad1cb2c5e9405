import { z } from "zod";
import { AwsError } from "../../aws-error.ts";
import type { Action } from "../action.ts";
import { batchAnswer, batchOf, checkBatch, forEachEntry } from "../batch.ts";
import { digestsOf, messageContentFields, readMessageContent, sizeOfContent } from "../message-content.ts";
import { parseInput } from "../parse-input.ts";
import { mostBytes } from "../queue-attributes.ts";

const inputSchema = z.object({ QueueUrl: z.string(), Entries: batchOf(messageContentFields) });

export const sendMessageBatch: Action = ({ queues }, input) => {
  const { QueueUrl, Entries } = parseInput(inputSchema, input);
  const queue = queues.get(QueueUrl);
  checkBatch("SendMessageBatchRequestEntry", Entries);
  checkSize(Entries.reduce((sum, entry) => sum + sizeOfContent(entry), 0));

  const { done: readable, failed } = forEachEntry(Entries, (entry) => ({
    entry,
    content: readMessageContent(entry, queue.settings.mostMessageBytes),
  }));
  const messages = queue.send(readable.map(({ entry, content }) => ({ content, delaySeconds: entry.DelaySeconds })));
  const successful = readable.map(({ entry, content }, index) => ({
    Id: entry.Id,
    MessageId: messages[index]?.id,
    ...digestsOf(content, entry),
  }));
  return batchAnswer(successful, failed);
};

function checkSize(size: number): void {
  if (size <= mostBytes) return;
  throw new AwsError(
    "BatchRequestTooLong",
    `Batch requests cannot be longer than ${mostBytes} bytes. You have sent ${size} bytes.`,
  );
}
