import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";

export interface LocalDynamoDb {
  client: DynamoDBDocumentClient;
  endpoint: string;
  /** Creates a table. Resolves with its name when it is active. */
  createTable(input: CreateTableCommandInput): Promise<string>;
  close(): Promise<void>;
}

/** Starts a DynamoDB emulator in the test's own process. */
export async function startLocalDynamoDb(): Promise<LocalDynamoDb> {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const base = new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  return {
    endpoint,
    client: DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } }),
    async createTable(input) {
      await base.send(new CreateTableCommand(input));
      for (;;) {
        const { Table } = await base.send(new DescribeTableCommand({ TableName: input.TableName }));
        if (Table?.TableStatus === "ACTIVE") return String(input.TableName);
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
