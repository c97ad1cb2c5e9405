import { ownersTable } from "../../../contract/owners-table.ts";
import { startLocalDynamoDb } from "../../../runtime/testing/local-dynamodb.ts";
import { createOwnerCounts, type OwnerCounts } from "../owner-counts.ts";

export interface LocalCounts {
  counts: OwnerCounts;
  close(): Promise<void>;
}

/** An owners table like that of `infra/`, in DynamoDB in the test's process. */
export async function startLocalCounts(): Promise<LocalCounts> {
  const { client, createTable, close } = await startLocalDynamoDb();
  const tableName = await createTable({
    TableName: "owners",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: ownersTable.hashKey, AttributeType: "S" },
      { AttributeName: ownersTable.rangeKey, AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: ownersTable.hashKey, KeyType: "HASH" },
      { AttributeName: ownersTable.rangeKey, KeyType: "RANGE" },
    ],
  });
  return { counts: createOwnerCounts({ client, tableName }), close };
}
