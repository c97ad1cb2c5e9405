import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import { jobsTable } from "../../contract/jobs-table.ts";
import { AppError } from "../../runtime/errors.ts";

interface Table {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
}

/**
 * Items of the table by their keys, as they are now: reads are strongly consistent.
 * @throws AppError `throttled` when DynamoDB keeps leaving items out
 */
export async function readItems(table: Table, keys: string[]): Promise<Map<string, Record<string, unknown>>> {
  const items = new Map<string, Record<string, unknown>>();
  for (let start = 0; start < keys.length; start += keysAtOnce) {
    await readSome(table, keys.slice(start, start + keysAtOnce), items);
  }
  return items;
}

/** BatchGetItem takes no more: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const keysAtOnce = 100;

/** An answer has at most 16 MB. Items that it leaves out are asked for again. */
async function readSome({ client, tableName }: Table, keys: string[], items: Map<string, Record<string, unknown>>) {
  let open: BatchGetCommandInput["RequestItems"] = {
    [tableName]: { Keys: keys.map((key) => ({ [jobsTable.hashKey]: key })), ConsistentRead: true },
  };
  for (let tries = 0; tries < mostTries; tries++) {
    const answer: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: open }));
    for (const item of answer.Responses?.[tableName] ?? []) items.set(String(item[jobsTable.hashKey]), item);
    open = answer.UnprocessedKeys;
    if (Object.keys(open ?? {}).length === 0) return;
  }
  throw new AppError("throttled", `Expected ${keys.length} items; DynamoDB left some out ${mostTries} times.`);
}

const mostTries = 5;
