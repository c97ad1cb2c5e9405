import { type DynamoDBDocumentClient, paginateQuery } from "@aws-sdk/lib-dynamodb";
import { jobsTable } from "../../contract/jobs-table.ts";
import { stateShard } from "./job-record.ts";

interface Table {
  client: DynamoDBDocumentClient;
  tableName: string;
}

/**
 * Counts the queued jobs of each encoded owner, in the index of states. It reads the keys of all queued jobs, of some 200 bytes
 * each: a million of them cost 25,000 read units.
 */
export async function countQueued({ client, tableName }: Table): Promise<Map<string, number>> {
  const queued = new Map<string, number>();
  const shards = Array.from({ length: jobsTable.stateShards }, (_, shard) => stateShard("queued", shard));
  await Promise.all(
    shards.map(async (shard) => {
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          IndexName: jobsTable.stateIndex,
          KeyConditionExpression: "#shard = :shard",
          ExpressionAttributeNames: { "#shard": jobsTable.stateIndexHashKey },
          ExpressionAttributeValues: { ":shard": shard },
        },
      );
      for await (const { Items = [] } of pages) {
        for (const entry of Items) {
          const [owner = ""] = String(entry[jobsTable.hashKey]).split("/", 1);
          queued.set(owner, (queued.get(owner) ?? 0) + 1);
        }
      }
    }),
  );
  return queued;
}
