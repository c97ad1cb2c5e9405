import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Credentials, type Keys } from "../../local/gateway/credentials.ts";
import { startDynamoDb } from "../../local/gateway/dynamodb.ts";
import { Gateway, jsonEmulator } from "../../local/gateway/gateway.ts";
import { Sqs } from "../../local/sqs/sqs.ts";
import { systemClock } from "../../runtime/clock.ts";
import { describeJobsTable } from "../../services/jobs/testing/local-table.ts";

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
await new DynamoDBClient({ endpoint, region, credentials: keys }).send(
  new CreateTableCommand(describeJobsTable(table)),
);
const { QueueUrl } = (await sqs.handle("CreateQueue", { QueueName: "bench" }, AbortSignal.timeout(1_000))) as {
  QueueUrl: string;
};
process.on("disconnect", () => process.exit());
process.send?.({ endpoint, region, keys, table, queueUrl: QueueUrl } satisfies Emulators);
