import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { jobsTable } from "../../contract/jobs-table.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import { systemClock } from "../../runtime/clock.ts";
import { createHotQueueClient, createHotTableClient } from "../../runtime/json-client/hot-clients.ts";
import { toRecord } from "../../services/jobs/job-record.ts";
import { sampleJob } from "../../services/jobs/testing/sample-job.ts";
import { peerWrites } from "../worker/peer-writes.ts";
import type { Emulators } from "./emulators.ts";

export interface Drive {
  jobs: number;
  /** Begins the jobs' ids. */
  run: string;
  /** The content of a job's writes: all fields that Sluice writes, or the state alone. */
  fields: "same" | "tiny";
}

const jobsAtOnce = 16;

/**
 * The emulators' own limit: makes the bare calls of that many jobs, each for itself, as fast as they are answered. First all are submitted,
 * then all are run.
 * @returns jobs per second
 */
export async function driveEmulators(emulators: Emulators, { jobs, run, fields }: Drive): Promise<number> {
  const { endpoint, region, keys, table: TableName, queueUrl: QueueUrl } = emulators;
  const options = { endpoint, region, clock: systemClock, random: Math.random, credentials: async () => keys };
  const table = createHotTableClient(options);
  const queue = createHotQueueClient(options);
  const numbers = Array.from({ length: jobs }, (_, number) => number);
  const { claim, finish } = peerWrites[fields];
  const beganAt = systemClock.now();
  await atMostAtOnce(jobsAtOnce, numbers, async (number) => {
    const job = sampleJob({ jobId: `${run}-${number}`, stateSince: systemClock.now() });
    const record = toRecord(job, "", 7);
    const Item = fields === "same" ? record : { [jobsTable.hashKey]: record[jobsTable.hashKey], state: job.state };
    const ConditionExpression = `attribute_not_exists(${jobsTable.hashKey})`;
    await table.send(new PutCommand({ TableName, Item, ConditionExpression }));
    const MessageBody = JSON.stringify({ jobId: job.jobId, jobKey: record[jobsTable.hashKey] });
    await queue.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  });
  await atMostAtOnce(jobsAtOnce, numbers, async () => {
    const { Messages: [message] = [] } = await queue.send(new ReceiveMessageCommand({ QueueUrl }));
    if (message === undefined) throw new Error("expected a message for each job; the queue is empty");
    const { jobId, jobKey } = JSON.parse(message.Body ?? "") as { jobId: string; jobKey: string };
    const Key = { [jobsTable.hashKey]: jobKey };
    const { Attributes = {} } = await table.send(new UpdateCommand({ TableName, Key, ...claim(jobId) }));
    await table.send(new UpdateCommand({ TableName, Key, ...finish(jobId, Attributes, "{}") }));
    await queue.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  });
  return (jobs * 1_000) / (systemClock.now() - beganAt);
}
