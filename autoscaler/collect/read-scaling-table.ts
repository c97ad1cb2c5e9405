import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import {
  arrivalSecond,
  fromReportItem,
  reportsSince,
  scalingKinds,
  scalingTable,
} from "../../contract/scaling-table.ts";
import { queryPages } from "../../runtime/query-pages.ts";
import type { ArrivalSample, WorkerSample } from "../decide/sample.ts";
import { type ArrivalWindows, arrivalWindowSeconds, bucketArrivals } from "./bucket-arrivals.ts";
import { mergeReports } from "./merge-reports.ts";

export interface TableReaderOptions {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
  windows: ArrivalWindows;
  /** Age at which a worker's report is too old to count its slots and jobs. */
  silentSeconds: number;
}

/** Reads the API's arrival counts. A second without an item had no arrivals, because the API writes one as soon as a job arrives. */
export function createArrivalReader(options: TableReaderOptions): (now: number) => Promise<ArrivalSample> {
  const { windows } = options;
  return async (now) => {
    const since = now - (arrivalWindowSeconds(windows) + 1) * 1_000;
    const items = z.array(arrivalsSchema).parse(await query(options, scalingKinds.arrivals, arrivalSecond(since)));
    const seconds = items.map(({ name, jobs }) => ({ at: Date.parse(name), jobs }));
    return bucketArrivals(seconds, now, windows);
  };
}

/** Reads the workers' reports. Undefined if there is no recent one; the workers may still be running. */
export function createWorkerReader(options: TableReaderOptions): (now: number) => Promise<WorkerSample | undefined> {
  return async (now) => {
    // Ten minutes back, for the service times of workers that have ended.
    const items = await query(options, scalingKinds.workers, reportsSince(now - 600_000));
    return mergeReports(latestPerWorker(items).map(fromReportItem), now, options.silentSeconds);
  };
}

const arrivalsSchema = z.object({ name: z.iso.datetime(), jobs: z.number().nonnegative() });

const namedSchema = z.object({ name: z.string(), at: z.number() });

/** The name of a report contains its ten-minute period, so a worker has one item for each period. */
function latestPerWorker(items: readonly unknown[]): unknown[] {
  const latest = new Map<string, { at: number; item: unknown }>();
  for (const item of items) {
    const { name, at } = namedSchema.parse(item);
    const workerId = name.slice(name.lastIndexOf("/") + 1);
    if (at >= (latest.get(workerId)?.at ?? 0)) latest.set(workerId, { at, item });
  }
  return [...latest.values()].map(({ item }) => item);
}

/** All items of a kind whose name sorts after `after`. */
async function query({ client, tableName }: TableReaderOptions, kind: string, after: string): Promise<unknown[]> {
  const items: unknown[] = [];
  const pages = queryPages(client, {
    TableName: tableName,
    KeyConditionExpression: "#kind = :kind AND #name > :after",
    ExpressionAttributeNames: { "#kind": scalingTable.hashKey, "#name": scalingTable.rangeKey },
    ExpressionAttributeValues: { ":kind": kind, ":after": after },
  });
  for await (const page of pages) items.push(...page);
  return items;
}
