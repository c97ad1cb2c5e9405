import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import {
  flowRetentionSeconds,
  reportName,
  scalingKinds,
  scalingTable,
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
 * Tells the controller every so often what the slots do. A report that fails is not repeated: the next one says all of it.
 * What is returned ends it with a last report.
 */
export function reportFlow({ report, write, clock, log, everyMilliseconds }: ReportDeps): () => Promise<void> {
  let isOver = false;
  let cancel = () => {};
  const send = async () => {
    try {
      await write(report());
    } catch (error) {
      log.warn({ err: asError(error) }, "the report to the controller failed; the next one says all of it");
    }
  };
  let sending = Promise.resolve();
  const beat = () => {
    sending = send().then(() => {
      if (!isOver) cancel = clock.after(everyMilliseconds, beat);
    });
  };
  beat();
  return async () => {
    isOver = true;
    cancel();
    await sending;
    await send();
  };
}

/** Within ten minutes each report of a task stands in the place of the one before. */
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
          ...report,
        },
      }),
    );
  };
}
