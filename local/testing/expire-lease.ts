import { type AttributeValue, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { jobsTable } from "../../contract/jobs-table.ts";
import { sleep, systemClock } from "../../runtime/clock.ts";
import { AwsError } from "../aws-error.ts";
import type { Cloud } from "../cloud.ts";

/** Records the receipt handle of each job's message, so that a test can end the lease at once. */
export function watchReceipts(cloud: Cloud): Map<string, { queueUrl: string; receipt: string }> {
  const receipts = new Map<string, { queueUrl: string; receipt: string }>();
  cloud.gateway.observers.add({
    after(call, status, answer) {
      if (call.action !== "ReceiveMessage" || status !== 200) return "proceed";
      const { Messages = [] } = JSON.parse(answer) as { Messages?: { Body: string; ReceiptHandle: string }[] };
      const { QueueUrl: queueUrl } = call.input as { QueueUrl: string };
      for (const { Body, ReceiptHandle: receipt } of Messages) {
        receipts.set((JSON.parse(Body) as { jobId: string }).jobId, { queueUrl, receipt });
      }
      return "proceed";
    },
  });
  return receipts;
}

/**
 * Ends the lease of a dead worker, in the job's record and of its message. Leases can then be longer than any pause of a busy
 * machine. Resolves when another worker has the job, or it has ended. Until then, makes the message visible again and again: SQS may
 * hand it to a long poll of the dead worker, whose connection is not closed yet.
 */
export async function expireLease(
  cloud: Cloud,
  tableName: string,
  jobId: string,
  latestReceipt: () => { queueUrl: string; receipt: string } | undefined,
): Promise<void> {
  const records = async () => {
    const { Items = [] } = await cloud.tables.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        FilterExpression: "jobId = :jobId",
        ExpressionAttributeValues: { ":jobId": { S: jobId } },
      }),
    );
    return Items;
  };
  for (const { [jobsTable.hashKey]: key, lease } of await records()) {
    if (lease === undefined) continue;
    await cloud.tables.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: { [jobsTable.hashKey]: key as { S: string } },
        UpdateExpression: "SET lease.#until = :now",
        ExpressionAttributeNames: { "#until": "until" },
        ExpressionAttributeValues: { ":now": { N: "0" } },
      }),
    );
  }
  do {
    await makeVisible(cloud, latestReceipt());
    await sleep(systemClock, 250);
  } while ((await records()).some(isForsaken));
}

/** Queued, or running with the ended lease. */
function isForsaken({ state, lease }: Record<string, AttributeValue>): boolean {
  return state?.S === "queued" || lease?.M?.until?.N === "0";
}

async function makeVisible(cloud: Cloud, message: { queueUrl: string; receipt: string } | undefined): Promise<void> {
  if (!message) return;
  const { queueUrl: QueueUrl, receipt: ReceiptHandle } = message;
  const input = { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
  await cloud.sqs.handle("ChangeMessageVisibility", input, new AbortController().signal).catch((error: unknown) => {
    // The worker has deleted the message, or it is already visible.
    if (!(error instanceof AwsError)) throw error;
  });
}
