import { type DynamoDBDocumentClient, paginateQuery } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import {
  arrivalSecond,
  reportsSince,
  scalingKinds,
  scalingTable,
  workerReportSchema,
} from "../../contract/scaling-table.ts";
import type { Arrivals, WorkerFlow } from "../decide/sample.ts";
import { mergeReports } from "./merge-reports.ts";
import { type ArrivalWindows, arrivalWindowSeconds, spreadArrivals } from "./spread-arrivals.ts";

export interface FlowReaderOptions {
  client: DynamoDBDocumentClient;
  tableName: string;
  windows: ArrivalWindows;
  /** Whoever has not reported for so long is silent. */
  silentSeconds: number;
}

/** Reads the API's counts. A second without an item is one without jobs: the first job after a pause is counted at once. */
export function createArrivalReader(options: FlowReaderOptions): (now: number) => Promise<Arrivals> {
  const { windows } = options;
  return async (now) => {
    const since = now - (arrivalWindowSeconds(windows) + 1) * 1_000;
    const items = z.array(arrivalsSchema).parse(await query(options, scalingKinds.arrivals, arrivalSecond(since)));
    const seconds = items.map(({ name, jobs }) => ({ at: Date.parse(name), jobs }));
    return spreadArrivals(seconds, now, windows);
  };
}

/** Reads what the workers say of themselves; undefined when none has spoken lately, which is not the same as none at work. */
export function createWorkerReader(options: FlowReaderOptions): (now: number) => Promise<WorkerFlow | undefined> {
  return async (now) => {
    // Those of ten minutes ago and later: who has ended since still says how long jobs ran.
    const items = await query(options, scalingKinds.workers, reportsSince(now - 600_000));
    return mergeReports(latestOfEach(z.array(reportSchema).parse(items)), now, options.silentSeconds);
  };
}

const reportSchema = workerReportSchema.extend({ name: z.string() });

/** A worker whose ten minutes have just turned has two. */
function latestOfEach(reports: readonly z.infer<typeof reportSchema>[]): z.infer<typeof reportSchema>[] {
  const latest = new Map<string | undefined, z.infer<typeof reportSchema>>();
  for (const report of reports) {
    const workerId = report.name.split("/").at(-1);
    if (report.at >= (latest.get(workerId)?.at ?? 0)) latest.set(workerId, report);
  }
  return [...latest.values()];
}

const arrivalsSchema = z.object({ name: z.iso.datetime(), jobs: z.number().nonnegative() });

async function query({ client, tableName }: FlowReaderOptions, kind: string, after: string): Promise<unknown[]> {
  const items: unknown[] = [];
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      KeyConditionExpression: "#kind = :kind AND #name > :after",
      ExpressionAttributeNames: { "#kind": scalingTable.hashKey, "#name": scalingTable.rangeKey },
      ExpressionAttributeValues: { ":kind": kind, ":after": after },
    },
  );
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}
