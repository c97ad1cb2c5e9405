import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { isFinished } from "../../contract/job.ts";
import { jobsTable } from "../../contract/jobs-table.ts";
import type { Job } from "./job.ts";
import { formatJobKey } from "./job-key.ts";
import { stateShardOf } from "./job-record.ts";

/**
 * Removes published events from a record. A running job has only the event of its start. A finished job leaves the list of
 * unpublished jobs, unless the record has changed since, or has an event of its start that `job` has not: then the sweeper finds it
 * there again.
 */
export async function clearEvents(
  { client, tableName }: { client: Pick<DynamoDBDocumentClient, "send">; tableName: string },
  job: Job,
): Promise<void> {
  const hasEnded = isFinished(job.state);
  const knowsAll = !hasEnded || job.startEvent !== undefined;
  const names = hasEnded ? ["startEvent", "endEvents", "createdAt", "version", shard] : ["startEvent", "createdAt"];
  const conditions = [
    "#createdAt = :createdAt",
    ...(hasEnded ? ["#version = :version"] : []),
    ...(knowsAll ? [] : ["attribute_not_exists(#startEvent)"]),
  ];
  try {
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { [jobsTable.hashKey]: formatJobKey(job) },
        UpdateExpression: hasEnded ? `SET #${shard} = :shard REMOVE #startEvent, #endEvents` : "REMOVE #startEvent",
        ConditionExpression: conditions.join(" AND "),
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ":createdAt": job.createdAt,
          ...(hasEnded ? { ":version": job.version, ":shard": stateShardOf(job.state, job.jobId) } : {}),
        },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

const shard = jobsTable.stateIndexHashKey;
