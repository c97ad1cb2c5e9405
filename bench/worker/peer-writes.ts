import { createHash, randomUUID } from "node:crypto";
import type { UpdateCommandInput } from "@aws-sdk/lib-dynamodb";

type Write = Omit<UpdateCommandInput, "TableName" | "Key">;

/** The two conditional writes of a job: of its state alone, or of all attributes that Sluice's worker writes. */
export const peerWrites = {
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
} satisfies Record<string, Record<string, (...args: never[]) => Write>>;

function shardOf(jobId: string): number {
  return createHash("sha256").update(jobId).digest().readUInt16BE() % 16;
}
