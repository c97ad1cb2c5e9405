import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { jobsTable } from "../../contract/jobs-table.ts";
import type { JobKey } from "./job.ts";
import { parseJobKey } from "./job-key.ts";
import { type IndexedState, stateShard } from "./job-record.ts";

interface Table {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
}

/** Lists the oldest jobs of a state. Each shard contributes at most its share of the limit, which bounds the work. */
export async function listStale(
  table: Table,
  state: IndexedState,
  sinceMilliseconds: number,
  limit: number,
): Promise<JobKey[]> {
  const share = Math.ceil(limit / jobsTable.stateShards);
  const shards = Array.from({ length: jobsTable.stateShards }, (_, shard) => stateShard(state, shard));
  const found = await Promise.all(shards.map((shard) => queryShard(table, shard, sinceMilliseconds, share)));
  return found
    .flat()
    .sort((a, b) => a.stateSince - b.stateSince)
    .slice(0, limit)
    .map(({ jobKey }) => parseJobKey(jobKey));
}

const entrySchema = z
  .object({ [jobsTable.hashKey]: z.string(), [jobsTable.stateIndexRangeKey]: z.number() })
  .transform((entry) => ({ jobKey: entry[jobsTable.hashKey], stateSince: entry[jobsTable.stateIndexRangeKey] }));

async function queryShard(
  { client, tableName }: Table,
  shard: string,
  sinceMilliseconds: number,
  most: number,
): Promise<z.infer<typeof entrySchema>[]> {
  const entries: z.infer<typeof entrySchema>[] = [];
  let next: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: jobsTable.stateIndex,
        KeyConditionExpression: "#shard = :shard AND #since <= :since",
        ExpressionAttributeNames: { "#shard": jobsTable.stateIndexHashKey, "#since": jobsTable.stateIndexRangeKey },
        ExpressionAttributeValues: { ":shard": shard, ":since": sinceMilliseconds },
        Limit: most - entries.length,
        ExclusiveStartKey: next,
      }),
    );
    entries.push(...z.array(entrySchema).parse(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next !== undefined && entries.length < most);
  return entries;
}
