import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { jobsTable } from "../../contract/jobs-table.ts";
import { dayMilliseconds } from "../../contract/limits.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { JobKey, Position } from "./job.ts";
import { encodeOwner } from "./job-key.ts";

/**
 * Takes the next position of the job's group: one call, and the order of the calls is the order of the positions. The group's item has
 * the latest ids, so that each position names the jobs before it. If the SDK repeats a call whose answer was lost, the first position
 * stays empty.
 */
export async function takePosition(
  { client, tableName, clock }: { client: Pick<DynamoDBDocumentClient, "send">; tableName: string; clock: Clock },
  { owner, groupId, jobId }: JobKey & { groupId: string },
): Promise<Position> {
  const now = clock.now();
  const { Attributes } = await client.send(
    new UpdateCommand({
      TableName: tableName,
      Key: { [jobsTable.hashKey]: `${jobsTable.groups}${encodeOwner(owner)}/${groupId}` },
      // The right sides are the values before the update.
      UpdateExpression:
        "SET #third = if_not_exists(#second, :none), #second = if_not_exists(#first, :none), #first = :jobId, #at = :now, #expiry = :expiry ADD #positions :one",
      ExpressionAttributeNames: {
        "#first": "first",
        "#second": "second",
        "#third": "third",
        "#at": "at",
        "#positions": "positions",
        "#expiry": jobsTable.expiryAttribute,
      },
      ExpressionAttributeValues: {
        ":jobId": jobId,
        ":none": null,
        ":one": 1,
        ":now": now,
        ":expiry": Math.ceil((now + jobsTable.groupDays * dayMilliseconds) / 1_000),
      },
      ReturnValues: "ALL_OLD",
    }),
  );
  const { positions, at, first, second, third } = groupSchema.parse(Attributes ?? {});
  const earlier = [first, second, third].filter((id) => typeof id === "string");
  return { number: positions + 1, earlier, settledAt: at + settleMilliseconds };
}

const id = z.string().nullish();
const groupSchema = z.object({
  positions: z.number().default(0),
  at: z.number().default(0),
  first: id,
  second: id,
  third: id,
});

/** More than the time in which a process that took a position writes it to the job's record, the SDK's repetitions included. */
export const settleMilliseconds = 20_000;
