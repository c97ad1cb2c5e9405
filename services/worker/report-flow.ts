import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import {
  flowRetentionSeconds,
  reportName,
  scalingKinds,
  scalingTable,
  toReportItem,
  type WorkerReport,
} from "../../contract/scaling-table.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";

export interface ReportDeps {
  report(): WorkerReport;
  write(report: WorkerReport): Promise<void>;
  clock: Clock;
  log: Log;
  everyMilliseconds: number;
}

/**
 * Writes the worker's report for the controller at a fixed interval. A failed write is not retried: the next report contains
 * the same data. The returned function stops the interval, then sends a last report.
 */
export function reportFlow({ report, write, clock, log, everyMilliseconds }: ReportDeps): () => Promise<void> {
  let isOver = false;
  let cancel = () => {};
  const send = async () => {
    try {
      await write(report());
    } catch (error) {
      log.warn(
        { err: asError(error) },
        "could not write the worker's report to the scaling table; the next one replaces it",
      );
    }
  };
  let sending = Promise.resolve();
  const sendRepeatedly = () => {
    sending = send().then(() => {
      if (!isOver) cancel = clock.after(everyMilliseconds, sendRepeatedly);
    });
  };
  sendRepeatedly();
  return async () => {
    isOver = true;
    cancel();
    await sending;
    await send();
  };
}

/** A worker's reports of one ten-minute period have the same key: each overwrites the one before. */
export function createReportWriter(options: {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
  workerId: string;
}): ReportDeps["write"] {
  return async (report) => {
    await options.client.send(
      new PutCommand({
        TableName: options.tableName,
        Item: {
          [scalingTable.hashKey]: scalingKinds.workers,
          [scalingTable.rangeKey]: reportName(report.at, options.workerId),
          [scalingTable.expiryAttribute]: Math.floor(report.at / 1_000) + flowRetentionSeconds,
          ...toReportItem(report),
        },
      }),
    );
  };
}
