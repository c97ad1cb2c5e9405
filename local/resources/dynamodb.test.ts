import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../runtime/clock.ts";
import type { Cloud } from "../cloud.ts";
import type { PolicyStatement } from "../gateway/authorize.ts";
import { Credentials } from "../gateway/credentials.ts";
import { type DynamoDb, startDynamoDb } from "../gateway/dynamodb.ts";
import { Gateway } from "../gateway/gateway.ts";
import { serveApis } from "../gateway/serve-apis.ts";
import { emptyAccount } from "../gateway/testing/empty-account.ts";
import { dynamodb } from "./dynamodb.ts";

const place = { region: "eu-central-1", accountId: "1" };
const tableArn = "arn:aws:dynamodb:eu-central-1:1:table/notes";
const roleArn = "arn:aws:iam::1:role/writer";
const asRoot = "arn:aws:iam::1:root";

let gateway: Gateway;
let credentials: Credentials;
let dynamoDb: DynamoDb;
let statements: PolicyStatement[];
let clients: DynamoDBClient[];
let table: DynamoDBDocumentClient;

beforeEach(async () => {
  credentials = new Credentials();
  gateway = new Gateway(credentials, systemClock);
  dynamoDb = await startDynamoDb();
  statements = [];
  clients = [];
  const partitionKeys = new Map<string, string>();
  const account = emptyAccount({ place, partitionKey: (name) => partitionKeys.get(name) });
  serveApis(gateway, { dynamodb: dynamoDb.emulator }, new Map([["writer", { arn: roleArn, statements }]]), account);
  await gateway.listen();
  const root = clientOf(asRoot);
  await makeTable({ place, tables: root, partitionKeys } as unknown as Cloud);
  table = DynamoDBDocumentClient.from(root);
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await gateway.close();
  await dynamoDb.close();
});

describe("a table with a sort key", () => {
  it("counts by ADD, from nothing as well", async () => {
    const add = (n: number) =>
      table.send(
        new UpdateCommand({
          TableName: "notes",
          Key: { pk: "arrivals", sk: "0001" },
          UpdateExpression: "ADD jobs :n SET expiresAt = if_not_exists(expiresAt, :e)",
          ExpressionAttributeValues: { ":n": n, ":e": 99 },
        }),
      );

    await add(2);
    await add(3);

    const { Item } = await table.send(new GetCommand({ TableName: "notes", Key: { pk: "arrivals", sk: "0001" } }));
    expect(Item).toEqual({ pk: "arrivals", sk: "0001", jobs: 5, expiresAt: 99 });
  });

  it("finds a range of one partition in order", async () => {
    const keys = [
      ["arrivals", "0003"],
      ["arrivals", "0001"],
      ["arrivals", "0002"],
      ["workers", "0002"],
    ];
    for (const [pk, sk] of keys) await table.send(new PutCommand({ TableName: "notes", Item: { pk, sk } }));

    const { Items } = await table.send(
      new QueryCommand({
        TableName: "notes",
        KeyConditionExpression: "pk = :p AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: { ":p": "arrivals", ":from": "0002", ":to": "0009" },
      }),
    );

    expect(Items?.map(({ sk }) => sk)).toEqual(["0002", "0003"]);
  });

  it("refuses a write whose condition fails", async () => {
    const put = (version: number, expected: number) =>
      table.send(
        new PutCommand({
          TableName: "notes",
          Item: { pk: "memory", sk: "-", version },
          ConditionExpression: "attribute_not_exists(pk) OR version = :expected",
          ExpressionAttributeValues: { ":expected": expected },
        }),
      );
    await put(1, 0);

    await expect(put(2, 5)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    await put(2, 1);
  });
});

it("keeps a role to the partitions that its policy names", async () => {
  statements.push({
    Effect: "Allow",
    Action: ["dynamodb:PutItem"],
    Resource: [tableArn],
    Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["workers"] } },
  });
  const client = clientOf(roleArn);
  const put = (pk: string) =>
    client.send(new PutItemCommand({ TableName: "notes", Item: { pk: { S: pk }, sk: { S: "1" } } }));

  await put("workers");

  await expect(put("memory")).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining('"dynamodb:LeadingKeys":["memory"]'),
  });
});

function clientOf(arn: string): DynamoDBClient {
  const client = new DynamoDBClient({
    region: place.region,
    endpoint: gateway.endpoint,
    credentials: credentials.issue({ roleArn: arn, holder: "test" }),
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
}

async function makeTable(cloud: Cloud): Promise<void> {
  const handler = dynamodb["aws:dynamodb/table:Table"];
  if (!handler) throw new Error("expected a handler for tables");
  const inputs = handler.schema.parse({
    billingMode: "PAY_PER_REQUEST",
    hashKey: "pk",
    rangeKey: "sk",
    attributes: [
      { name: "pk", type: "S" },
      { name: "sk", type: "S" },
    ],
    ttl: { attributeName: "expiresAt", enabled: true },
    serverSideEncryption: { enabled: true },
    pointInTimeRecovery: { enabled: false },
    deletionProtectionEnabled: false,
  });
  await handler.create({ inputs, name: "notes", physicalName: "notes", cloud });
}
