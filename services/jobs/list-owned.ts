import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { jobsTable } from "../../contract/jobs-table.ts";
import { ownerShard } from "./job-record.ts";
import type { OwnedQuery } from "./ports.ts";

interface Table {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
}

/** One shard's part of a page. It is complete down to `floor`; an empty floor means the shard has no more. */
interface Found {
  entries: Entry[];
  floor: string;
}

/**
 * Lists one page of an owner's job keys, newest first, merged from all shards. Each shard is read by one query of
 * bounded size. When a filter matches little, the page ends early with the position from which to go on.
 * @param mostLookedAt entries that a filter may read in each shard
 */
export async function listOwned(
  table: Table,
  owner: string,
  query: OwnedQuery,
  mostLookedAt = mostFiltered,
): Promise<{ keys: string[]; next: string | undefined }> {
  const shards = Array.from({ length: jobsTable.ownerShards }, (_, shard) => ownerShard(owner, shard));
  const isFiltered = query.state !== undefined || query.type !== undefined;
  if (isFiltered) return mergePage(await queryShards(Math.max(query.limit, mostLookedAt)), query);
  const page = mergePage(await queryShards(usualShare(query.limit)), query);
  const isShort = page.keys.length < query.limit && page.next !== undefined;
  return isShort ? mergePage(await queryShards(query.limit), query) : page;

  function queryShards(limit: number): Promise<Found[]> {
    return Promise.all(shards.map((shard) => queryShard(table, shard, query, limit)));
  }
}

/**
 * Entries that are read from each shard at first. A shard has a sixteenth of the jobs: of the newest 50 the chance that more
 * than 14 are from one shard is below 1 in 10,000; then all shards are read again.
 */
export function usualShare(limit: number): number {
  return Math.min(limit, Math.ceil(limit / 5) + 4);
}

function mergePage(found: Found[], { limit }: OwnedQuery): { keys: string[]; next: string | undefined } {
  const floor = found.reduce((highest, shard) => (shard.floor > highest ? shard.floor : highest), "");
  const complete = found
    .flatMap(({ entries }) => entries)
    .filter(({ position }) => position >= floor)
    .sort((a, b) => (a.position < b.position ? 1 : -1));
  const page = complete.slice(0, limit);
  const end = complete.length > page.length ? page.at(-1)?.position : floor;
  return { keys: page.map(({ jobKey }) => jobKey), next: end === "" ? undefined : end };
}

const entrySchema = z
  .object({ [jobsTable.hashKey]: z.string(), [jobsTable.ownerIndexRangeKey]: z.string() })
  .transform((entry) => ({ jobKey: entry[jobsTable.hashKey], position: entry[jobsTable.ownerIndexRangeKey] }));

type Entry = z.infer<typeof entrySchema>;

/** An entry has some 200 bytes: 16 shards of 400 entries cost about 160 read units a page, however little matches. */
const mostFiltered = 400;

async function queryShard(
  { client, tableName }: Table,
  shard: string,
  { state, type, before }: OwnedQuery,
  limit: number,
): Promise<Found> {
  const filters = Object.entries({ state, type }).filter(([, value]) => value !== undefined);
  const page = await client.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: jobsTable.ownerIndex,
      KeyConditionExpression: before === undefined ? "#shard = :shard" : "#shard = :shard AND #position < :before",
      ...(filters.length > 0 ? { FilterExpression: filters.map(([name]) => `#${name} = :${name}`).join(" AND ") } : {}),
      ExpressionAttributeNames: {
        "#shard": jobsTable.ownerIndexHashKey,
        ...(before === undefined ? {} : { "#position": jobsTable.ownerIndexRangeKey }),
        ...Object.fromEntries(filters.map(([name]) => [`#${name}`, name])),
      },
      ExpressionAttributeValues: {
        ":shard": shard,
        ...(before === undefined ? {} : { ":before": before }),
        ...Object.fromEntries(filters.map(([name, value]) => [`:${name}`, value])),
      },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  const floor: unknown = page.LastEvaluatedKey?.[jobsTable.ownerIndexRangeKey];
  return { entries: z.array(entrySchema).parse(page.Items ?? []), floor: z.string().default("").parse(floor) };
}
