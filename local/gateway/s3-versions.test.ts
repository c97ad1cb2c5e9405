import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock, systemClock } from "../../runtime/clock.ts";
import { Credentials } from "./credentials.ts";
import { Gateway } from "./gateway.ts";
import { type S3, startS3 } from "./s3.ts";
import type { ObjectWrite } from "./s3-versions.ts";

const Bucket = "drop";

let gateway: Gateway;
let s3: S3;
let client: S3Client;
let writes: ObjectWrite[];
beforeEach(async () => {
  const credentials = new Credentials();
  // The SDK signs with the time of this machine.
  gateway = new Gateway(credentials, new ManualClock(systemClock.now()));
  s3 = await startS3();
  gateway.emulators.set("s3", s3.emulator);
  await gateway.listen();
  for (const name of [Bucket, "plain"]) await s3.createBucket(name);
  await s3.keepVersions(Bucket);
  writes = [];
  for (const name of [Bucket, "plain"]) s3.listen(name, (write) => writes.push(write));
  client = new S3Client({
    region: "eu-central-1",
    endpoint: gateway.endpoint,
    forcePathStyle: true,
    credentials: credentials.issue({ roleArn: "arn:aws:iam::1:role/team", holder: "team" }),
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await gateway.close();
  await s3.close();
});

const put = async (Key: string, Body: string) =>
  String((await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId);
const get = async (Key: string, VersionId?: string) =>
  (await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();

describe("a bucket with versions", () => {
  it("keeps each version of a file, also of concurrent writes", async () => {
    const contents = ["one", "two", "three"];

    const versions = await Promise.all(contents.map((content) => put("a b+ü.txt", content)));

    expect(new Set(versions).size).toBe(3);
    expect(await Promise.all(versions.map((version) => get("a b+ü.txt", version)))).toEqual(contents);
    expect(contents).toContain(await get("a b+ü.txt"));
  });

  it("copies a named version, if it has the named ETag", async () => {
    const [first] = [await put("a/b.txt", "first"), await put("a/b.txt", "second")];
    const { ETag } = await client.send(new HeadObjectCommand({ Bucket, Key: "a/b.txt", VersionId: first }));
    const copy = (CopySourceIfMatch: string | undefined) =>
      client.send(
        new CopyObjectCommand({
          Bucket: "plain",
          Key: "copy",
          CopySource: `${Bucket}/a/b.txt?versionId=${first}`,
          CopySourceIfMatch,
        }),
      );

    await copy(ETag);

    const { Body } = await client.send(new GetObjectCommand({ Bucket: "plain", Key: "copy" }));
    expect(await Body?.transformToString()).toBe("first");
    await expect(copy('"other"')).rejects.toMatchObject({ name: "PreconditionFailed" });
  });

  it("hides a deleted file and keeps its versions, until one is deleted itself", async () => {
    const [first, second] = [await put("a", "first"), await put("a", "second")];

    await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    const hidden = await get("a").catch((error: Error) => error.name);
    const kept = await get("a", second);
    await client.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId: second }));

    expect([hidden, kept]).toEqual(["NoSuchKey", "second"]);
    await expect(get("a", second)).rejects.toMatchObject({ name: "NoSuchVersion" });
    expect(await get("a", first)).toBe("first");
  });

  it("takes keys of 1,024 bytes", async () => {
    const key = `${"é".repeat(510)}.txt`;

    await put(key, "long");

    expect(Buffer.byteLength(key)).toBe(1_024);
    expect(await get(key)).toBe("long");
  });
});

describe("a notification", () => {
  it("tells of each write with its version, and of no failed one", async () => {
    const version = await put("é 1.txt", "one");
    await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/%C3%A9%201.txt` }));
    await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/none` })).catch(() => {});

    expect(writes).toMatchObject([
      { key: "é 1.txt", versionId: version, bytes: 3, eventName: "ObjectCreated:Put" },
      { key: "copy", bytes: 3, eventName: "ObjectCreated:Copy" },
    ]);
    expect(String(writes[0]?.sequencer) < String(writes[1]?.sequencer)).toBe(true);
  });

  it("tells of an upload in parts when it is complete", async () => {
    const Key = "parts";
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const { ETag } = await client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "content" }),
    );
    const before = writes.length;

    await client.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );

    expect(before).toBe(0);
    expect(writes).toMatchObject([{ key: Key, bytes: 7, eventName: "ObjectCreated:CompleteMultipartUpload" }]);
    expect(await get(Key, writes[0]?.versionId)).toBe("content");
  });

  it("of a bucket without versions names none", async () => {
    await client.send(new PutObjectCommand({ Bucket: "plain", Key: "a", Body: "b" }));

    expect(writes).toMatchObject([{ bucketName: "plain", key: "a", versionId: undefined, bytes: 1 }]);
  });
});
