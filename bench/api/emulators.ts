import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { ownersTable } from "../../contract/owners-table.ts";
import { scalingTable } from "../../contract/scaling-table.ts";
import { describeTable } from "../../runtime/testing/describe-table.ts";
import { describeJobsTable } from "../../services/jobs/testing/local-table.ts";

export const region = "eu-central-1";
export const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };

export interface Emulators {
  dynamodbEndpoint: string;
  sqsEndpoint: string;
  queueUrl: string;
  close(): void;
}

/** Starts the emulators of DynamoDB and SQS, each in a process of its own, and creates the stack's tables and queue. */
export async function startEmulators(): Promise<Emulators> {
  const [dynamodb, sqs] = await Promise.all([startEmulator("serve-dynamodb.ts"), startEmulator("serve-sqs.ts")]);
  const tables = new DynamoDBClient({ endpoint: dynamodb.endpoint, region, credentials });
  const queues = new SQSClient({ endpoint: sqs.endpoint, region, credentials });
  await createTables(tables);
  const { QueueUrl: queueUrl = "" } = await queues.send(new CreateQueueCommand({ QueueName: "jobs" }));
  tables.destroy();
  queues.destroy();
  return {
    dynamodbEndpoint: dynamodb.endpoint,
    sqsEndpoint: sqs.endpoint,
    queueUrl,
    close() {
      dynamodb.child.kill();
      sqs.child.kill();
    },
  };
}

async function startEmulator(file: string): Promise<{ child: ChildProcess; endpoint: string }> {
  const child = fork(new URL(file, import.meta.url));
  const [endpoint] = (await once(child, "message")) as [string];
  return { child, endpoint };
}

export const tableNames = { jobs: "jobs", owners: "owners", scaling: "scaling" };

/** Tables like those of `infra/`. */
async function createTables(client: DynamoDBClient): Promise<void> {
  await client.send(new CreateTableCommand(describeJobsTable(tableNames.jobs)));
  await client.send(new CreateTableCommand(describeTable(tableNames.owners, ownersTable)));
  await client.send(new CreateTableCommand(describeTable(tableNames.scaling, scalingTable)));
}
