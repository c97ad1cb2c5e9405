import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import { jobsTable } from "../../contract/jobs-table.ts";
import { AppError } from "../../runtime/errors.ts";

/**
 * Items of the table by their keys, up to 100, as they are now. What an answer has no room for is asked for again.
 * @throws AppError `throttled` when DynamoDB keeps leaving items out
 */
export async function readItems(
  { client, tableName }: { client: DynamoDBDocumentClient; tableName: string },
  keys: string[],
): Promise<Map<string, Record<string, unknown>>> {
  const items = new Map<string, Record<string, unknown>>();
  if (keys.length === 0) return items;
  let open: BatchGetCommandInput["RequestItems"] = {
    [tableName]: { Keys: keys.map((key) => ({ [jobsTable.hashKey]: key })), ConsistentRead: true },
  };
  for (let tries = 0; tries < mostTries; tries++) {
    const answer: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: open }));
    for (const item of answer.Responses?.[tableName] ?? []) items.set(String(item[jobsTable.hashKey]), item);
    open = answer.UnprocessedKeys;
    if (Object.keys(open ?? {}).length === 0) return items;
  }
  throw new AppError("throttled", `Expected ${keys.length} items; DynamoDB left some out ${mostTries} times.`);
}

const mostTries = 5;
