import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { Consumer } from "sqs-consumer";
import { z } from "zod";
import { sleep, systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { peerWrites } from "./peer-writes.ts";

/*
 * The peer: sqs-consumer with a handler that claims each job by a conditional write, does it in this process, and records its end by
 * another one. FIELDS says what the two write: the state alone, or all attributes that Sluice's worker writes.
 */

const { TABLE_NAME, QUEUE_URL, FIELDS, SLOTS } = readEnvironment(
  z.object({
    TABLE_NAME: z.string(),
    QUEUE_URL: z.string(),
    FIELDS: z.enum(["tiny", "same"]),
    SLOTS: z.coerce.number().max(10),
  }),
  process.env,
);
const table = DynamoDBDocumentClient.from(new DynamoDBClient());

const consumer = Consumer.create({
  queueUrl: QUEUE_URL,
  sqs: new SQSClient(),
  batchSize: SLOTS,
  async handleMessageBatch(messages) {
    await Promise.all(messages.map(({ Body = "" }) => handle(JSON.parse(Body))));
    return messages;
  },
});
// It drops errors that nothing listens to, and those that a listener throws.
consumer.on("error", (error: Error) => end(error));
consumer.on("processing_error", (error: Error) => end(error));
consumer.start();

function end(error: Error): never {
  console.error(error);
  process.exit(1);
}

async function handle({ owner, jobId }: { owner: string; jobId: string }): Promise<void> {
  const Key = { jobKey: `${owner}/${jobId}` };
  const { Attributes = {} } = await table.send(
    new UpdateCommand({ TableName: TABLE_NAME, Key, ...peerWrites[FIELDS].claim(jobId) }),
  );
  const payload: { sleepMs?: number } = JSON.parse(Attributes.payload?.json ?? "{}");
  if (payload.sleepMs !== undefined) await sleep(systemClock, payload.sleepMs);
  const result = JSON.stringify({ echo: payload });
  await table.send(
    new UpdateCommand({ TableName: TABLE_NAME, Key, ...peerWrites[FIELDS].finish(jobId, Attributes, result) }),
  );
}
