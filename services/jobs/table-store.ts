import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { jobsTable } from "../../contract/jobs-table.ts";
import type { Clock } from "../../runtime/clock.ts";
import { claimDue } from "./claim-due.ts";
import { clearEvents } from "./clear-events.ts";
import type { Job, JobKey } from "./job.ts";
import { formatJobKey } from "./job-key.ts";
import { fromRecord, toRecord } from "./job-record.ts";
import { listOwned } from "./list-owned.ts";
import { listStale } from "./list-stale.ts";
import type { JobRecords, JobStore } from "./ports.ts";
import { readItems } from "./read-items.ts";
import { takePosition } from "./take-position.ts";

export interface TableStoreOptions {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
  retentionDays: number;
  clock: Clock;
}

type Item = Record<string, unknown>;

/**
 * The jobs table in DynamoDB. An expired record counts as absent, because DynamoDB may take days to delete it:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */
export function createTableStore(options: TableStoreOptions): JobStore {
  const { client, tableName, clock } = options;
  return {
    ...createTableRecords(options),

    takePosition: (job) => takePosition({ client, tableName, clock }, job),

    listStale: (state, sinceMilliseconds, limit) => listStale({ client, tableName }, state, sinceMilliseconds, limit),

    async listOwned(owner, query) {
      const { keys, next } = await listOwned({ client, tableName }, owner, query);
      const items = await readItems({ client, tableName }, keys);
      const jobs = keys.map((key) => liveJob(items.get(key), clock)).filter((job) => job !== undefined);
      // The index lags behind the records, so that the filter is applied again.
      const isWanted = ({ state, type }: Job) => (query.state ?? state) === state && (query.type ?? type) === type;
      return { jobs: jobs.filter(isWanted), next };
    },
  };
}

export function createTableRecords(options: TableStoreOptions): JobRecords {
  const { clock } = options;
  return {
    async create(job) {
      const writeId = randomUUID();
      for (;;) {
        if (await putNew(options, job, writeId)) return { created: true };
        const stored = await readItem(options, job, { isConsistent: true });
        if (stored?.writeId === writeId) return { created: true };
        const existing = liveJob(stored, clock);
        // Without one, the record expired or was deleted between the write and the read: try the write again.
        if (existing) return { created: false, existing };
      }
    },

    async load(key) {
      return liveJob(await readItem(options, key, { isConsistent: true }), clock);
    },

    async peek(key) {
      return liveJob(await readItem(options, key, { isConsistent: false }), clock);
    },

    replace: (next, before) => updateNext(options, next, before),

    claimDue: (key, lease, now, types) => claimDue(options, key, lease, now, types),

    clearEvents: (job) => clearEvents(options, job),
  };
}

/**
 * Sends the attributes that differ. As with `putNew`, the `writeId` shows that a write succeeded whose answer was lost. The condition
 * names createdAt too: after its retention an id may be used again, and its versions start anew.
 */
async function updateNext(options: TableStoreOptions, next: Job, before: Job): Promise<boolean> {
  const { client, tableName, retentionDays } = options;
  const writeId = randomUUID();
  const [old, wanted] = [toRecord(before, "", retentionDays), toRecord(next, writeId, retentionDays)];
  const set = Object.keys(wanted).filter((name) => !isDeepStrictEqual(wanted[name], old[name]));
  const removed = Object.keys(old).filter((name) => !(name in wanted));
  const named = [...set, ...removed, "version", "createdAt"];
  try {
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { [jobsTable.hashKey]: formatJobKey(next) },
        UpdateExpression: [
          `SET ${set.map((name) => `#${name} = :${name}`).join(", ")}`,
          ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(", ")}`] : []),
        ].join(" "),
        ConditionExpression: "#version = :before AND #createdAt = :createdAt",
        ExpressionAttributeNames: Object.fromEntries(named.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(set.map((name) => [`:${name}`, wanted[name]])),
          ":before": next.version - 1,
          ":createdAt": next.createdAt,
        },
      }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return (await readItem(options, next, { isConsistent: true }))?.writeId === writeId;
  }
}

/**
 * Writes the job if its key is unused. When the answer to a write is lost, the SDK repeats it, and the repetition fails on what the
 * first try wrote; the stored `writeId` then shows that the write succeeded. If another writer has overwritten it by then, the
 * result is "not written": the caller reads the newer record, where its lease token decides.
 */
async function putNew({ client, tableName, retentionDays, clock }: TableStoreOptions, job: Job, writeId: string) {
  try {
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: toRecord(job, writeId, retentionDays),
        ConditionExpression: "attribute_not_exists(#key) OR #expiry <= :now",
        ExpressionAttributeNames: { "#key": jobsTable.hashKey, "#expiry": jobsTable.expiryAttribute },
        ExpressionAttributeValues: { ":now": clock.now() / 1000 },
      }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return false;
  }
}

async function readItem(
  { client, tableName }: Pick<TableStoreOptions, "client" | "tableName">,
  key: JobKey,
  { isConsistent }: { isConsistent: boolean },
): Promise<Item | undefined> {
  const { Item } = await client.send(
    new GetCommand({
      TableName: tableName,
      Key: { [jobsTable.hashKey]: formatJobKey(key) },
      ConsistentRead: isConsistent,
    }),
  );
  return Item;
}

function liveJob(item: Item | undefined, clock: Clock): Job | undefined {
  if (item === undefined) return undefined;
  const expiry = item[jobsTable.expiryAttribute];
  if (typeof expiry === "number" && expiry <= clock.now() / 1000) return undefined;
  return fromRecord(item);
}
