import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { schedulesTable } from "../../contract/schedule.ts";
import { encodeOwner } from "../jobs/job-key.ts";
import type { Schedule, ScheduleKey } from "./schedule.ts";
import { dueShard, fromItem, toItem } from "./schedule-record.ts";

/** The schedules table. Reads are strongly consistent, except `listDue`. */
export interface ScheduleStore {
  load(key: ScheduleKey): Promise<Schedule | undefined>;
  /** Writes a new schedule; false if there is one with this key. */
  create(schedule: Schedule): Promise<boolean>;
  /** Writes `next` if the record still has the version before it; false when another writer came first. */
  replace(next: Schedule): Promise<boolean>;
  /** False if there was none. */
  remove(key: ScheduleKey): Promise<boolean>;
  count(owner: string): Promise<number>;
  /** Schedules of an owner in the order of their ids, those after `after`; `next` is where to go on. */
  list(owner: string, after: string | undefined, limit: number): Promise<{ schedules: Schedule[]; next?: string }>;
  /** Schedules whose next firing is not later than `until`, the earliest first within each shard, at most `limit` in all. */
  listDue(until: number, limit: number): Promise<ScheduleKey[]>;
}

export interface ScheduleTable {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
}

export function createScheduleStore(table: ScheduleTable): ScheduleStore {
  const { client, tableName: TableName } = table;
  return {
    async load(key) {
      const { Item } = await client.send(new GetCommand({ TableName, Key: keyOf(key), ConsistentRead: true }));
      return Item && fromItem(Item);
    },

    create: (schedule) =>
      putIf(table, schedule, {
        ConditionExpression: "attribute_not_exists(#id)",
        ExpressionAttributeNames: { "#id": schedulesTable.rangeKey },
      }),

    replace: (next) =>
      putIf(table, next, {
        // The time of creation differs where a schedule was deleted and made anew meanwhile.
        ConditionExpression: "#version = :before AND #createdAt = :createdAt",
        ExpressionAttributeNames: { "#version": "version", "#createdAt": "createdAt" },
        ExpressionAttributeValues: { ":before": next.version - 1, ":createdAt": next.createdAt },
      }),

    async remove(key) {
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName, Key: keyOf(key), ReturnValues: "ALL_OLD" }),
      );
      return Attributes !== undefined;
    },

    async count(owner) {
      let count = 0;
      let next: Record<string, unknown> | undefined;
      do {
        const page = await client.send(new QueryCommand({ ...ofOwner(TableName, owner, next), Select: "COUNT" }));
        count += page.Count ?? 0;
        next = page.LastEvaluatedKey;
      } while (next !== undefined);
      return count;
    },

    async list(owner, after, limit) {
      const start = after === undefined ? undefined : keyOf({ owner, scheduleId: after });
      const page = await client.send(new QueryCommand({ ...ofOwner(TableName, owner, start), Limit: limit }));
      const next = page.LastEvaluatedKey?.[schedulesTable.rangeKey];
      return {
        schedules: (page.Items ?? []).map(fromItem),
        ...(next === undefined ? {} : { next: z.string().parse(next) }),
      };
    },

    async listDue(until, limit) {
      const share = Math.ceil(limit / schedulesTable.dueShards);
      const shards = Array.from({ length: schedulesTable.dueShards }, (_, shard) => dueShard(shard));
      const found = await Promise.all(shards.map((shard) => listShard(table, shard, until, share)));
      return found
        .flat()
        .sort((one, other) => one.nextAt - other.nextAt)
        .map(({ owner, scheduleId }) => ({ owner: decodeURIComponent(owner), scheduleId }));
    },
  };
}

function keyOf({ owner, scheduleId }: ScheduleKey): Record<string, string> {
  return { [schedulesTable.hashKey]: encodeOwner(owner), [schedulesTable.rangeKey]: scheduleId };
}

function ofOwner(TableName: string, owner: string, ExclusiveStartKey: Record<string, unknown> | undefined) {
  return {
    TableName,
    KeyConditionExpression: "#owner = :owner",
    ExpressionAttributeNames: { "#owner": schedulesTable.hashKey },
    ExpressionAttributeValues: { ":owner": encodeOwner(owner) },
    ConsistentRead: true,
    ExclusiveStartKey,
  };
}

/** A lost answer makes the SDK repeat the write, which then fails on what it wrote: callers read again and compare. */
async function putIf(
  { client, tableName }: ScheduleTable,
  schedule: Schedule,
  condition: Omit<PutCommandInput, "TableName" | "Item">,
): Promise<boolean> {
  try {
    await client.send(new PutCommand({ TableName: tableName, Item: toItem(schedule), ...condition }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

const dueSchema = z.object({
  [schedulesTable.hashKey]: z.string(),
  [schedulesTable.rangeKey]: z.string(),
  [schedulesTable.dueIndexRangeKey]: z.number(),
});

async function listShard({ client, tableName }: ScheduleTable, shard: string, until: number, most: number) {
  const entries: z.infer<typeof dueSchema>[] = [];
  let next: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: schedulesTable.dueIndex,
        KeyConditionExpression: "#shard = :shard AND #nextAt <= :until",
        ExpressionAttributeNames: {
          "#shard": schedulesTable.dueIndexHashKey,
          "#nextAt": schedulesTable.dueIndexRangeKey,
        },
        ExpressionAttributeValues: { ":shard": shard, ":until": until },
        Limit: most - entries.length,
        ExclusiveStartKey: next,
      }),
    );
    entries.push(...z.array(dueSchema).parse(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next !== undefined && entries.length < most);
  return entries;
}
