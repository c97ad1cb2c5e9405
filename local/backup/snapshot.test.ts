import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../../runtime/clock.ts";
import { createAccountClient } from "../account-client.ts";
import { Cloud } from "../cloud.ts";
import type { Processes } from "../processes/processes.ts";
import { restoreSnapshots, takeSnapshot } from "./snapshot.ts";

let cloud: Cloud;
let client: S3Client;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-snapshots-"));
  cloud = await Cloud.start({
    place: { region: "eu-central-1", accountId: "000000000000" },
    clock: systemClock,
    processes: {} as Processes,
    directory: folder,
    apiPort: 0,
    speed: 60,
    onLine: () => {},
  });
  client = createAccountClient(cloud);
  for (const name of ["jobs-1111111", "jobs-2222222"]) {
    await cloud.tables.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      }),
    );
  }
  for (const name of ["jobs-artifacts-1111111", "jobs-artifacts-2222222"]) await cloud.s3.createBucket(name);
});
afterEach(async () => {
  client.destroy();
  await cloud.close();
  await rm(folder, { recursive: true });
});

const putItem = (id: string, n: number) =>
  cloud.tables.send(
    new PutItemCommand({
      TableName: "jobs-1111111",
      Item: { id: { S: id }, n: { N: String(n) }, bytes: { B: Uint8Array.of(0, 255, n) } },
    }),
  );

it("the newest snapshots of a table and a bucket come back in another stack's", async () => {
  await putItem("old", 1);
  await takeSnapshot(cloud, "arn:aws:dynamodb:eu-central-1:0:table/jobs-1111111", folder, new Date(1_000));
  for (let n = 0; n < 40; n++) await putItem(`job ${n}`, n);
  const key = "results/a b+ü";
  await client.send(
    new PutObjectCommand({ Bucket: "jobs-artifacts-1111111", Key: key, Body: "text", ContentType: "a/b" }),
  );
  await takeSnapshot(cloud, "arn:aws:dynamodb:eu-central-1:0:table/jobs-1111111", folder, new Date(2_000));
  await takeSnapshot(cloud, "arn:aws:s3:::jobs-artifacts-1111111", folder, new Date(2_000));

  const count = await restoreSnapshots(cloud, folder, ["jobs-2222222", "jobs-artifacts-2222222"]);

  const { Items = [] } = await cloud.tables.send(new ScanCommand({ TableName: "jobs-2222222" }));
  const object = await client.send(new GetObjectCommand({ Bucket: "jobs-artifacts-2222222", Key: key }));
  expect(count).toBe(42);
  expect(Items).toHaveLength(41);
  expect(Items.find(({ id }) => id?.S === "job 7")).toEqual({
    id: { S: "job 7" },
    n: { N: "7" },
    bytes: { B: Uint8Array.of(0, 255, 7) },
  });
  expect([await object.Body?.transformToString(), object.ContentType]).toEqual(["text", "a/b"]);
});

it("a folder without a snapshot of a table is an error that names what is there", async () => {
  await expect(restoreSnapshots(cloud, folder, ["jobs-2222222"])).rejects.toThrow(
    `expected a snapshot of jobs in ${folder}; came none`,
  );
});
