import { z } from "zod";
import { AwsError } from "../../aws-error.ts";
import type { SqsContext } from "../action.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.strictObject({
  QueueUrl: z.string(),
  Entries: z.array(z.strictObject({ Id: z.string(), ReceiptHandle: z.string() })),
});

/** Deletes each entry on its own: the answer lists those that failed. */
export function deleteMessageBatch({ queues }: SqsContext, input: unknown): object {
  const { QueueUrl, Entries } = parseInput(inputSchema, input);
  const queue = queues.get(QueueUrl);
  checkEntries(Entries.map(({ Id }) => Id));
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const { Id, ReceiptHandle } of Entries) {
    try {
      queue.delete(ReceiptHandle);
      Successful.push({ Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html#API_DeleteMessageBatch_Errors */
function checkEntries(ids: string[]): void {
  if (ids.length === 0) throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (ids.length > mostEntries) {
    const message = `Maximum number of entries per request are ${mostEntries}. You have sent ${ids.length}.`;
    throw new AwsError("TooManyEntriesInBatchRequest", message);
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new AwsError("BatchEntryIdsNotDistinct", `Id ${repeated} repeated.`);
  const invalid = ids.find((id) => !/^[\w-]{1,80}$/.test(id));
  if (invalid !== undefined) {
    const message =
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.";
    throw new AwsError("InvalidBatchEntryId", message);
  }
}

const mostEntries = 10;
