import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { JobType } from "../../contract/job.ts";
import { jobsTable } from "../../contract/jobs-table.ts";
import type { Job, JobKey } from "./job.ts";
import { formatJobKey } from "./job-key.ts";
import { fromRecord, knownVersion, stateShardOf } from "./job-record.ts";
import type { LeaseRequest } from "./machine.ts";

/**
 * Claims a queued job that is due, of one of the types and in no group, in one call. Writes what `machine.claim` does; the contract test of stores compares the two.
 * A record of a newer version is left to the caller's read, which names the version.
 */
export async function claimDue(
  { client, tableName }: { client: Pick<DynamoDBDocumentClient, "send">; tableName: string },
  key: JobKey,
  { token, milliseconds }: LeaseRequest,
  now: number,
  types: readonly JobType[],
): Promise<Job | undefined> {
  const set = {
    state: "running",
    stateSince: now,
    startedAt: now,
    lease: { token, until: now + milliseconds },
    writeId: randomUUID(),
    [jobsTable.stateIndexHashKey]: stateShardOf("running", key.jobId),
  };
  const added = ["attempts", "fence", "version"];
  const names = [...Object.keys(set), ...added, "progress", "unsent", "groupId", "type", "schemaVersion"];
  try {
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { [jobsTable.hashKey]: formatJobKey(key) },
        UpdateExpression: [
          `SET ${[
            ...Object.keys(set).map((name) => `#${name} = :${name}`),
            ...added.map((name) => `#${name} = #${name} + :one`),
          ].join(", ")}`,
          "REMOVE #progress, #unsent",
        ].join(" "),
        ConditionExpression: `#state = :queued AND #stateSince <= :now AND attribute_not_exists(#groupId) AND #schemaVersion <= :known AND #type IN (${types.map((_, index) => `:type${index}`).join(", ")})`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
          ...Object.fromEntries(types.map((type, index) => [`:type${index}`, type])),
          ":one": 1,
          ":queued": "queued",
          ":now": now,
          ":known": knownVersion,
        },
        ReturnValues: "ALL_OLD",
      }),
    );
    return Attributes && fromRecord(Attributes);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
