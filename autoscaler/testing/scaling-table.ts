import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { scalingTable } from "../../contract/scaling-table.ts";
import { describeTable } from "../../runtime/testing/describe-table.ts";
import { type LocalDynamoDb, startLocalDynamoDb } from "../../runtime/testing/local-dynamodb.ts";

export interface ScalingTableUnderTest {
  client: LocalDynamoDb["client"];
  tableName: string;
  put(kind: string, name: string, item: object): Promise<void>;
  close(): Promise<void>;
}

/** An empty scaling table, as `infra/` declares it, within the test's own process. */
export async function startScalingTable(): Promise<ScalingTableUnderTest> {
  const { client, createTable, close } = await startLocalDynamoDb();
  const { hashKey, rangeKey } = scalingTable;
  const tableName = await createTable(describeTable("scaling", scalingTable));
  return {
    client,
    tableName,
    async put(kind, name, item) {
      const Item = { [hashKey]: kind, [rangeKey]: name, ...item };
      await client.send(new PutCommand({ TableName: tableName, Item }));
    },
    close,
  };
}
