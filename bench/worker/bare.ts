import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { readEnvironment } from "../../runtime/environment.ts";
import { awsEnvironment, connectQueue, connectTable } from "../../runtime/json-client/connect.ts";
import { peerWrites } from "./peer-writes.ts";

/*
 * The limit of the emulators: the bare calls of a job by Sluice's own clients, with no guarantee, no handler and no result. Messages
 * are received and deleted ten a call, and the next ten are received before the slots need them.
 */

const environment = readEnvironment(
  awsEnvironment.extend({
    TABLE_NAME: z.string(),
    QUEUE_URL: z.string(),
    FIELDS: z.enum(["tiny", "same"]),
    SLOTS: z.coerce.number(),
  }),
  process.env,
);
const { TABLE_NAME: TableName, QUEUE_URL: QueueUrl, FIELDS, SLOTS } = environment;
const table = connectTable(environment);
const queue = connectQueue(environment, QueueUrl);

let held: Message[] = [];
let receiving: Promise<void> | undefined;
let done: Message[] = [];

await Promise.all(Array.from({ length: SLOTS }, fillSlot));

async function fillSlot(): Promise<never> {
  for (;;) {
    if (held.length < 10) receiving ??= receive().finally(() => (receiving = undefined));
    const message = held.shift();
    if (message === undefined) await receiving;
    else await handle(message);
  }
}

async function receive(): Promise<void> {
  const input = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
  const { Messages = [] } = await queue.send(new ReceiveMessageCommand(input));
  held = [...held, ...Messages];
}

async function handle(message: Message): Promise<void> {
  const { owner, jobId } = JSON.parse(message.Body ?? "") as { owner: string; jobId: string };
  const Key = { jobKey: `${owner}/${jobId}` };
  const claim = { TableName, Key, ...peerWrites[FIELDS].claim(jobId) };
  const { Attributes = {} } = await table.send(new UpdateCommand(claim));
  await table.send(new UpdateCommand({ TableName, Key, ...peerWrites[FIELDS].finish(jobId, Attributes, "{}") }));
  done.push(message);
  if (done.length < 10) return;
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  done = [];
  await queue.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
}
