import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { jobsTable } from "../../../contract/jobs-table.ts";

export interface LocalTables {
  client: DynamoDBDocumentClient;
  /** An empty table, as `infra/` declares it. */
  createTable(): Promise<string>;
  close(): Promise<void>;
}

/** DynamoDB within the test's own process. */
export async function startLocalTables(): Promise<LocalTables> {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  let tables = 0;
  return {
    client: DynamoDBDocumentClient.from(base),
    async createTable() {
      const tableName = `jobs-${++tables}`;
      await base.send(tableDescription(tableName));
      for (;;) {
        const { Table } = await base.send(new DescribeTableCommand({ TableName: tableName }));
        if (Table?.TableStatus === "ACTIVE") return tableName;
      }
    },
    async close() {
      base.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function tableDescription(tableName: string): CreateTableCommand {
  return new CreateTableCommand({
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
  });
}
