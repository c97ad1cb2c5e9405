import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { arrivalSecond, flowRetentionSeconds, scalingKinds, scalingTable } from "../../../contract/scaling-table.ts";
import type { Clock } from "../../../runtime/clock.ts";
import { asError } from "../../../runtime/errors.ts";
import type { Log } from "../../../runtime/log.ts";

export interface ArrivalDeps {
  /** Adds jobs to the count of the second that `now` belongs to. */
  add(jobs: number, now: number): Promise<void>;
  clock: Clock;
  log: Log;
}

/**
 * Counts accepted jobs for the controller. The first is written at once, those that follow within a second with the next
 * after that: in a burst an environment writes once a second, whatever it takes in. What is still uncounted when requests
 * stop is at most a second's worth, after a failure ten seconds'. A failed count fails no request; it goes with the next one.
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
      log.warn({ err: asError(error), jobs: counted }, "arrivals could not be counted; they go with the next");
    }
  };
}

const pauseMilliseconds = 1_000;
/** A table that does not answer is not to hold up every second's first request. */
const pauseAfterFailureMilliseconds = 10_000;

/** The counts in the scaling table. A repeated write counts twice, so that the client is not to try again by itself. */
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
