import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { jobsTable } from "../../../contract/jobs-table.ts";
import { startLocalDynamoDb } from "../../../runtime/testing/local-dynamodb.ts";

export interface LocalTables {
  client: DynamoDBDocumentClient;
  endpoint: string;
  /** Creates an empty table like that of `infra/`. */
  createTable(): Promise<string>;
  close(): Promise<void>;
}

/** DynamoDB in the test's process, for jobs tables. */
export async function startLocalTables(): Promise<LocalTables> {
  const { client, endpoint, createTable, close } = await startLocalDynamoDb();
  let tables = 0;
  return { client, endpoint, createTable: () => createTable(describeJobsTable(`jobs-${++tables}`)), close };
}

/** A table like that of `infra/`. */
export function describeJobsTable(tableName: string): CreateTableCommandInput {
  return {
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: jobsTable.hashKey, AttributeType: "S" },
      { AttributeName: jobsTable.stateIndexHashKey, AttributeType: "S" },
      { AttributeName: jobsTable.stateIndexRangeKey, AttributeType: "N" },
      { AttributeName: jobsTable.ownerIndexHashKey, AttributeType: "S" },
      { AttributeName: jobsTable.ownerIndexRangeKey, AttributeType: "S" },
    ],
    KeySchema: [{ AttributeName: jobsTable.hashKey, KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: jobsTable.stateIndex,
        KeySchema: [
          { AttributeName: jobsTable.stateIndexHashKey, KeyType: "HASH" },
          { AttributeName: jobsTable.stateIndexRangeKey, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
      {
        IndexName: jobsTable.ownerIndex,
        KeySchema: [
          { AttributeName: jobsTable.ownerIndexHashKey, KeyType: "HASH" },
          { AttributeName: jobsTable.ownerIndexRangeKey, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...jobsTable.ownerIndexAttributes] },
      },
    ],
  };
}
