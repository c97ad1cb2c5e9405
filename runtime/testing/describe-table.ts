import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

/** A table with a partition key and a sort key, both of them strings. */
export function describeTable(
  tableName: string,
  { hashKey, rangeKey }: { hashKey: string; rangeKey: string },
): CreateTableCommandInput {
  return {
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [hashKey, rangeKey].map((name) => ({ AttributeName: name, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: hashKey, KeyType: "HASH" },
      { AttributeName: rangeKey, KeyType: "RANGE" },
    ],
  };
}
