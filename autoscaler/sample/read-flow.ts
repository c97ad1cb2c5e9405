import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { arrivalSecond, scalingKinds, scalingTable, workerReportSchema } from "../../contract/scaling-table.ts";
import type { Arrivals, WorkerFlow } from "../decide/sample.ts";
import { mergeReports } from "./merge-reports.ts";

export interface FlowReaderOptions {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
  /** Jobs are counted over two of these. */
  minuteSeconds: number;
  /** Whoever has not reported for so long is silent. */
  silentSeconds: number;
}

/** Reads the API's counts. A second without an item is one without jobs: the first job after a pause is counted at once. */
export function createArrivalReader(options: FlowReaderOptions): (now: number) => Promise<Arrivals> {
  const windowSeconds = 2 * options.minuteSeconds;
  return async (now) => {
    const items = await query(options, scalingKinds.arrivals, arrivalSecond(now - windowSeconds * 1_000));
    const counts = z.array(z.object({ jobs: z.number().nonnegative() })).parse(items);
    return { perSecond: counts.reduce((sum, { jobs }) => sum + jobs, 0) / windowSeconds };
  };
}

/** Reads what the workers say of themselves; undefined when none has spoken lately, which is not the same as none at work. */
export function createWorkerReader(options: FlowReaderOptions): (now: number) => Promise<WorkerFlow | undefined> {
  return async (now) => {
    const reports = z.array(workerReportSchema).parse(await query(options, scalingKinds.workers, " "));
    return mergeReports(reports, now, options.silentSeconds);
  };
}

async function query({ client, tableName }: FlowReaderOptions, kind: string, after: string): Promise<unknown[]> {
  const items: unknown[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "#kind = :kind AND #name > :after",
        ExpressionAttributeNames: { "#kind": scalingTable.hashKey, "#name": scalingTable.rangeKey },
        ExpressionAttributeValues: { ":kind": kind, ":after": after },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}
