import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { jobsTable } from "../../contract/jobs-table.ts";
import { queryPages } from "../../runtime/query-pages.ts";
import type { JobKey } from "./job.ts";
import { parseJobKey } from "./job-key.ts";
import { type IndexedState, stateShard } from "./job-record.ts";

interface Table {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
}

/** An owner's jobs in one state. */
export interface OwnerJobs {
  count: number;
  /** The job that has been in the state for longest, and since when, in milliseconds since the epoch. */
  oldest: { key: JobKey; since: number };
}

/**
 * Counts the jobs in some states by encoded owner, in the index of states. It reads the keys of all these jobs, of some 200 bytes
 * each: a million of them cost 25,000 read units.
 */
export async function countByOwner(
  { client, tableName }: Table,
  ...states: IndexedState[]
): Promise<Map<string, OwnerJobs>> {
  const found = new Map<string, OwnerJobs>();
  const shards = states.flatMap((state) =>
    Array.from({ length: jobsTable.stateShards }, (_, shard) => stateShard(state, shard)),
  );
  await Promise.all(
    shards.map(async (shard) => {
      const pages = queryPages(client, {
        TableName: tableName,
        IndexName: jobsTable.stateIndex,
        KeyConditionExpression: "#shard = :shard",
        ExpressionAttributeNames: { "#shard": jobsTable.stateIndexHashKey },
        ExpressionAttributeValues: { ":shard": shard },
      });
      for await (const page of pages) {
        for (const entry of page) {
          addJob(found, String(entry[jobsTable.hashKey]), Number(entry[jobsTable.stateIndexRangeKey]));
        }
      }
    }),
  );
  return found;
}

/** Adds a job, in its state since then, to the counts of its owner. */
export function addJob(found: Map<string, OwnerJobs>, jobKey: string, since: number): void {
  const owner = jobKey.slice(0, jobKey.indexOf("/"));
  const known = found.get(owner);
  if (known === undefined) found.set(owner, { count: 1, oldest: { key: parseJobKey(jobKey), since } });
  else {
    known.count += 1;
    if (since < known.oldest.since) known.oldest = { key: parseJobKey(jobKey), since };
  }
}
