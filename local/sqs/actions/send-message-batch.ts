import { z } from "zod";
import { asError } from "../../../runtime/errors.ts";
import { AwsError } from "../../aws-error.ts";
import type { Action } from "../action.ts";
import type { Message } from "../message.ts";
import { digestsOf, readMessageContent, sendInput } from "../message-content.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.strictObject({
  QueueUrl: z.string(),
  Entries: z.array(sendInput.omit({ QueueUrl: true }).extend({ Id: z.string() })),
});

const mostEntries = 10;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
export const sendMessageBatch: Action = ({ queues }, input) => {
  const { QueueUrl, Entries: entries } = parseInput(inputSchema, input);
  const queue = queues.get(QueueUrl);
  checkEntries(entries);
  const bytes = entries.reduce((sum, { MessageBody = "" }) => sum + Buffer.byteLength(MessageBody), 0);
  if (bytes > queue.settings.mostMessageBytes) {
    const most = queue.settings.mostMessageBytes;
    throw new AwsError("BatchRequestTooLong", `Batch requests cannot be longer than ${most} bytes.`);
  }

  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const { Id, ...entry } of entries) {
    try {
      const content = readMessageContent(entry, queue.settings);
      Successful.push({ Id, ...answerOf(queue.send({ content, delaySeconds: entry.DelaySeconds })) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.code, Message: asError(error).message });
    }
  }
  return { Successful, Failed };
};

/** The part of an answer that is about one message. */
export function answerOf({ id, sequenceNumber, content }: Message): object {
  return { MessageId: id, ...digestsOf(content), ...(sequenceNumber && { SequenceNumber: sequenceNumber }) };
}

function checkEntries(entries: readonly { Id: string }[]): void {
  if (entries.length === 0) {
    throw new AwsError(
      "EmptyBatchRequest",
      "There should be at least one SendMessageBatchRequestEntry in the request.",
    );
  }
  if (entries.length > mostEntries) {
    const message = `Maximum number of entries per request are ${mostEntries}. You have sent ${entries.length}.`;
    throw new AwsError("TooManyEntriesInBatchRequest", message);
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
  }
}
