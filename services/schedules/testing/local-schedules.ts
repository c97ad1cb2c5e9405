import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { schedulesTable } from "../../../contract/schedule.ts";

/** A table like that of `infra/`. */
export function describeSchedulesTable(tableName: string): CreateTableCommandInput {
  const { hashKey, rangeKey, dueIndex, dueIndexHashKey, dueIndexRangeKey } = schedulesTable;
  return {
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: hashKey, AttributeType: "S" },
      { AttributeName: rangeKey, AttributeType: "S" },
      { AttributeName: dueIndexHashKey, AttributeType: "S" },
      { AttributeName: dueIndexRangeKey, AttributeType: "N" },
    ],
    KeySchema: [
      { AttributeName: hashKey, KeyType: "HASH" },
      { AttributeName: rangeKey, KeyType: "RANGE" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: dueIndex,
        KeySchema: [
          { AttributeName: dueIndexHashKey, KeyType: "HASH" },
          { AttributeName: dueIndexRangeKey, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  };
}
