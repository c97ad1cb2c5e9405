import { randomUUID } from "node:crypto";
import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { jobsTable } from "../../contract/jobs-table.ts";
import { limits } from "../../contract/limits.ts";
import type { LiveLine } from "../../report/live-line.ts";
import { formatProgress } from "../../report/progress.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import { toAttributes } from "../../runtime/json-client/attribute-values.ts";
import { connectTable } from "../../runtime/json-client/connect.ts";
import type { Job } from "../../services/jobs/job.ts";
import { ownerShard, toRecord } from "../../services/jobs/job-record.ts";
import { usualShare } from "../../services/jobs/list-owned.ts";
import type { Figure } from "../judge-figures.ts";
import { compareLatency } from "./compare-latency.ts";
import { credentials, type Emulators, region, tableNames } from "./emulators.ts";

const ownedJobs = 100_000;
const owner = "1.lister";
/** BatchWriteItem takes no more. */
const itemsAtOnce = 25;
const rounds = 60;

/** A page of the list of an owner with many jobs, beside the queries and the batch of reads that it consists of. */
export async function measureLists(
  list: (owner: string) => () => Promise<void>,
  newJob: (jobId: string, owner: string) => Job,
  { dynamodbEndpoint }: Emulators,
  live: LiveLine,
): Promise<Figure[]> {
  const client = new DynamoDBClient({ endpoint: dynamodbEndpoint, region, credentials });
  await atMostAtOnce(4, Array(ownedJobs / itemsAtOnce).keys(), async (batch) => {
    const jobs = Array.from({ length: itemsAtOnce }, () => newJob(randomUUID(), owner));
    const puts = jobs.map((job) => ({ PutRequest: { Item: toAttributes(toRecord(job, "write", 14)) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableNames.jobs]: puts } }));
    live.update(formatProgress("jobs of one owner", batch * itemsAtOnce, ownedJobs));
  });

  const table = connectTable({ AWS_REGION: region, AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint });
  const bare = () => () => listBare(table);
  const compared = await compareLatency(
    { bare, request: () => list(owner) },
    { callers: 1, rounds, onRound: () => {} },
  );
  live.print(`GET /jobs of ${ownedJobs} jobs: p50 of the bare calls ${compared.bareP50.toFixed(1)} ms`);
  const name = `GET /jobs of ${ownedJobs} jobs: p50 beyond the bare calls`;
  return [{ name, measured: compared.p50, unit: "ms", atMost: 10 }];
}

async function listBare(client: Pick<DynamoDBDocumentClient, "send">): Promise<void> {
  const pages = await Promise.all(
    Array.from({ length: jobsTable.ownerShards }, (_, shard) =>
      client.send(
        new QueryCommand({
          TableName: tableNames.jobs,
          IndexName: jobsTable.ownerIndex,
          KeyConditionExpression: "#shard = :shard",
          ExpressionAttributeNames: { "#shard": jobsTable.ownerIndexHashKey },
          ExpressionAttributeValues: { ":shard": ownerShard(owner, shard) },
          ScanIndexForward: false,
          Limit: usualShare(limits.defaultListJobs),
        }),
      ),
    ),
  );
  const found = pages.flatMap(({ Items = [] }) => Items).slice(0, limits.defaultListJobs);
  const Keys = found.map((item) => ({ [jobsTable.hashKey]: item[jobsTable.hashKey] }));
  const request = { [tableNames.jobs]: { Keys, ConsistentRead: true } };
  await client.send(new BatchGetCommand({ RequestItems: request }));
}
