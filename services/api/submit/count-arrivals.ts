import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { arrivalSecond, flowRetentionSeconds, scalingKinds, scalingTable } from "../../../contract/scaling-table.ts";
import type { Clock } from "../../../runtime/clock.ts";
import { asError } from "../../../runtime/errors.ts";
import type { Log } from "../../../runtime/log.ts";

export interface ArrivalDeps {
  /** Adds jobs to the count of the second that contains `now`. */
  add(jobs: number, now: number): Promise<void>;
  clock: Clock;
  log: Log;
}

/**
 * Counts accepted jobs for the controller, with at most one write per second and Lambda environment. Jobs accepted within a
 * second after a write are added to the next write. When requests stop, at most one second of jobs stays uncounted; ten
 * seconds after a failure. A failed write fails no request: its jobs are added to the next write.
 */
export function createArrivalCounter({ add, clock, log }: ArrivalDeps): (jobs: number) => Promise<void> {
  let uncounted = 0;
  let nextWriteAt = 0;
  return async (jobs) => {
    uncounted += jobs;
    const now = clock.now();
    if (now < nextWriteAt || uncounted === 0) return;
    nextWriteAt = now + pauseMilliseconds;
    const counted = uncounted;
    uncounted = 0;
    try {
      await add(counted, now);
    } catch (error) {
      uncounted += counted;
      nextWriteAt = clock.now() + pauseAfterFailureMilliseconds;
      log.warn(
        { err: asError(error), jobs: counted },
        "could not write arrival counts to the scaling table; requests are not affected",
      );
    }
  };
}

const pauseMilliseconds = 1_000;
/** Longer than a second, because each failed write delays a request. */
const pauseAfterFailureMilliseconds = 10_000;

/** Writes the counts to the scaling table. The client must not retry, because a repeated write counts twice. */
export function createArrivalWriter(options: {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
}): ArrivalDeps["add"] {
  return async (jobs, now) => {
    await options.client.send(
      new UpdateCommand({
        TableName: options.tableName,
        Key: { [scalingTable.hashKey]: scalingKinds.arrivals, [scalingTable.rangeKey]: arrivalSecond(now) },
        UpdateExpression: "ADD #jobs :jobs SET #expires = if_not_exists(#expires, :expires)",
        ExpressionAttributeNames: { "#jobs": "jobs", "#expires": scalingTable.expiryAttribute },
        ExpressionAttributeValues: { ":jobs": jobs, ":expires": Math.floor(now / 1_000) + flowRetentionSeconds },
      }),
    );
  };
}
