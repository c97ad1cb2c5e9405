import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { jobsTable } from "../../contract/jobs-table.ts";
import { Credentials, type Keys } from "../../local/gateway/credentials.ts";
import { startDynamoDb } from "../../local/gateway/dynamodb.ts";
import { Gateway, jsonEmulator } from "../../local/gateway/gateway.ts";
import { Sqs } from "../../local/sqs/sqs.ts";
import { systemClock } from "../../runtime/clock.ts";

/*
 * The laptop's gateway with its table and queue emulators and nothing else, in a process of its own. It sends their
 * address to the parent and ends with it.
 */

export interface Emulators {
  endpoint: string;
  region: string;
  keys: Keys;
  table: string;
  queueUrl: string;
}

const region = "eu-central-1";
const credentials = new Credentials();
const gateway = new Gateway(credentials, systemClock);
await gateway.listen();
const { endpoint } = gateway;
const sqs = new Sqs({ clock: systemClock, region, accountId: "000000000000", endpoint });
const dynamoDb = await startDynamoDb();
gateway.emulators.set("dynamodb", dynamoDb.emulator);
gateway.emulators.set(
  "sqs",
  jsonEmulator((call, signal) => sqs.handle(call.action, call.input, signal)),
);

const keys = credentials.issue({ roleArn: "bench", holder: "bench" });
const table = "bench-jobs";
const { hashKey, stateIndexHashKey, stateIndexRangeKey, ownerIndexHashKey, ownerIndexRangeKey } = jobsTable;
await new DynamoDBClient({ endpoint, region, credentials: keys }).send(
  new CreateTableCommand({
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: hashKey, KeyType: "HASH" }],
    AttributeDefinitions: [
      ...[hashKey, stateIndexHashKey, ownerIndexHashKey, ownerIndexRangeKey].map((name) => ({
        AttributeName: name,
        AttributeType: "S" as const,
      })),
      { AttributeName: stateIndexRangeKey, AttributeType: "N" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: jobsTable.stateIndex,
        KeySchema: [
          { AttributeName: stateIndexHashKey, KeyType: "HASH" },
          { AttributeName: stateIndexRangeKey, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
      {
        IndexName: jobsTable.ownerIndex,
        KeySchema: [
          { AttributeName: ownerIndexHashKey, KeyType: "HASH" },
          { AttributeName: ownerIndexRangeKey, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...jobsTable.ownerIndexAttributes] },
      },
    ],
  }),
);
const { QueueUrl } = (await sqs.handle("CreateQueue", { QueueName: "bench" }, AbortSignal.timeout(1_000))) as {
  QueueUrl: string;
};
process.on("disconnect", () => process.exit());
process.send?.({ endpoint, region, keys, table, queueUrl: QueueUrl } satisfies Emulators);
