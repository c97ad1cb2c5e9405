import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { deserialize, serialize } from "node:v8";
import { gunzip, gzip } from "node:zlib";
import { type AttributeValue, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import { AppError } from "../../runtime/errors.ts";
import { createAccountClient } from "../account-client.ts";
import type { Cloud } from "../cloud.ts";

/** The content of a table or of a bucket at one time. */
interface Snapshot {
  /** The resource's name in the program, without the part that differs from stack to stack. */
  name: string;
  items: Record<string, AttributeValue>[];
  objects: { key: string; contentType: string | undefined; bytes: Uint8Array }[];
}

const ending = ".snapshot.gz";

/** Writes the content of a table or bucket to a file of the folder. Returns the size of the file. */
export async function takeSnapshot(cloud: Cloud, resourceArn: string, folder: string, at: Date): Promise<number> {
  const isTable = resourceArn.startsWith("arn:aws:dynamodb:");
  const physicalName = resourceArn.split(/[:/]/).at(-1) ?? "";
  const snapshot: Snapshot = {
    name: logicalName(physicalName),
    items: isTable ? await readItems(cloud, physicalName) : [],
    objects: isTable ? [] : await withClient(cloud, (client) => readObjects(client, physicalName)),
  };
  const bytes = await promisify(gzip)(serialize(snapshot));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${at.toISOString().replaceAll(":", "")}-${snapshot.name}${ending}`), bytes);
  return bytes.length;
}

/**
 * Writes the newest snapshots of a folder into the tables and buckets of the given names. Others are left out: files restored into
 * a drop bucket would become jobs again. Returns the number of items and objects.
 * @throws AppError `no-snapshot`
 */
export async function restoreSnapshots(cloud: Cloud, folder: string, physicalNames: string[]): Promise<number> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(ending)).sort();
  const restored = physicalNames.map(async (physicalName) => {
    const name = logicalName(physicalName);
    const file = files.findLast((one) => one.replace(/^[^Z]*Z-/, "") === `${name}${ending}`);
    if (file === undefined) {
      throw new AppError(
        "no-snapshot",
        `expected a snapshot of ${name} in ${folder}; came ${files.join(", ") || "none"}`,
      );
    }
    const { items, objects } = deserialize(await promisify(gunzip)(await readFile(join(folder, file)))) as Snapshot;
    await atMostAtOnce(8, items, async (Item) => {
      await cloud.tables.send(new PutItemCommand({ TableName: physicalName, Item }));
    });
    await withClient(cloud, (client) =>
      atMostAtOnce(8, objects, async ({ key: Key, contentType: ContentType, bytes: Body }) => {
        await client.send(new PutObjectCommand({ Bucket: physicalName, Key, ContentType, Body }));
      }),
    );
    return items.length + objects.length;
  });
  return (await Promise.all(restored)).reduce((sum, count) => sum + count, 0);
}

/** Pulumi adds a hyphen and seven digits. */
function logicalName(physicalName: string): string {
  return physicalName.replace(/-[0-9a-f]{7}$/, "");
}

async function readItems(cloud: Cloud, TableName: string): Promise<Snapshot["items"]> {
  const items: Snapshot["items"] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await cloud.tables.send(
      new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey: start }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

async function readObjects(client: S3Client, Bucket: string): Promise<Snapshot["objects"]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: token }));
    keys.push(...(page.Contents ?? []).map(({ Key }) => String(Key)));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  const objects = new Map<string, Snapshot["objects"][number]>();
  await atMostAtOnce(8, keys, async (key) => {
    const { Body, ContentType: contentType } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
    objects.set(key, { key, contentType, bytes: (await Body?.transformToByteArray()) ?? new Uint8Array() });
  });
  return [...objects.values()];
}

async function withClient<Result>(cloud: Cloud, use: (client: S3Client) => Promise<Result>): Promise<Result> {
  const client = createAccountClient(cloud);
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}
