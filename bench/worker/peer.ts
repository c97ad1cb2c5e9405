import { createHash, randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { Consumer } from "sqs-consumer";
import { z } from "zod";
import { sleep, systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";

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

const writes = {
  tiny: {
    claim: () => ({
      UpdateExpression: "SET #state = :running",
      ConditionExpression: "#state = :queued",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: { ":running": "running", ":queued": "queued" },
    }),
    finish: () => ({
      UpdateExpression: "SET #state = :succeeded",
      ConditionExpression: "#state = :running",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: { ":succeeded": "succeeded", ":running": "running" },
    }),
  },
  same: {
    claim: (jobId: string) => ({
      UpdateExpression:
        "SET #state = :running, #since = :now, #started = :now, #lease = :lease, #write = :write, #shard = :shard, " +
        "#attempts = #attempts + :one, #fence = #fence + :one, #version = #version + :one REMOVE #progress",
      ConditionExpression: "#state = :queued AND #since <= :now",
      ExpressionAttributeNames: {
        "#state": "state",
        "#since": "stateSince",
        "#started": "startedAt",
        "#lease": "lease",
        "#write": "writeId",
        "#shard": "stateShard",
        "#attempts": "attempts",
        "#fence": "fence",
        "#version": "version",
        "#progress": "progress",
      },
      ExpressionAttributeValues: {
        ":running": "running",
        ":queued": "queued",
        ":now": Date.now(),
        ":lease": { token: randomUUID(), until: Date.now() + 120_000 },
        ":write": randomUUID(),
        ":shard": `running#${shardOf(jobId)}`,
        ":one": 1,
      },
      ReturnValues: "ALL_OLD" as const,
    }),
    finish: (jobId: string, before: Record<string, unknown>, result: string) => ({
      UpdateExpression:
        "SET #state = :succeeded, #since = :now, #finished = :now, #result = :result, #write = :write, #shard = :shard, " +
        "#expires = :expires, #progress = :one, #version = #version + :one REMOVE #lease",
      ConditionExpression: "#version = :before AND #created = :created",
      ExpressionAttributeNames: {
        "#state": "state",
        "#since": "stateSince",
        "#finished": "finishedAt",
        "#result": "result",
        "#write": "writeId",
        "#shard": "stateShard",
        "#expires": "expiresAt",
        "#progress": "progress",
        "#version": "version",
        "#lease": "lease",
        "#created": "createdAt",
      },
      ExpressionAttributeValues: {
        ":succeeded": "succeeded",
        ":now": Date.now(),
        ":result": { json: result },
        ":write": randomUUID(),
        ":shard": `succeeded#${shardOf(jobId)}`,
        ":expires": Math.ceil(Date.now() / 1_000) + 604_800,
        ":one": 1,
        ":before": Number(before.version) + 1,
        ":created": before.createdAt,
      },
    }),
  },
} satisfies Record<string, Record<string, (...args: never[]) => Omit<UpdateCommandInput, "TableName" | "Key">>>;

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
    new UpdateCommand({ TableName: TABLE_NAME, Key, ...writes[FIELDS].claim(jobId) }),
  );
  const payload: { sleepMs?: number } = JSON.parse(Attributes.payload?.json ?? "{}");
  if (payload.sleepMs !== undefined) await sleep(systemClock, payload.sleepMs);
  const result = JSON.stringify({ echo: payload });
  await table.send(
    new UpdateCommand({ TableName: TABLE_NAME, Key, ...writes[FIELDS].finish(jobId, Attributes, result) }),
  );
}

function shardOf(jobId: string): number {
  return createHash("sha256").update(jobId).digest().readUInt16BE() % 16;
}
