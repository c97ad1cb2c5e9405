import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { schedulesTable } from "../../../contract/schedule.ts";
import { describeTable } from "../../../runtime/testing/describe-table.ts";

/** A table like that of `infra/`. */
export function describeSchedulesTable(tableName: string): CreateTableCommandInput {
  const { dueIndex, dueIndexHashKey, dueIndexRangeKey } = schedulesTable;
  const { AttributeDefinitions = [], ...table } = describeTable(tableName, schedulesTable);
  return {
    ...table,
    AttributeDefinitions: [
      ...AttributeDefinitions,
      { AttributeName: dueIndexHashKey, AttributeType: "S" },
      { AttributeName: dueIndexRangeKey, AttributeType: "N" },
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
