import { randomBytes } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Credentials } from "../../local/gateway/credentials.ts";
import { Gateway } from "../../local/gateway/gateway.ts";
import { type S3, startS3 } from "../../local/gateway/s3.ts";
import { systemClock } from "../../runtime/clock.ts";
import { createSourceFiles, type FoundFile } from "./source-files.ts";

const mebibyte = 1024 ** 2;
/** S3 refuses an upload with smaller parts, except the last. */
const leastPartBytes = 5 * mebibyte;
const file: FoundFile = { bucketName: "drop", key: "a b/+ü%.txt", bytes: 10, eTag: '"abc"', versionId: "v/1+2" };

interface SentCommand {
  constructor: { name: string };
  input: Record<string, unknown>;
}

/** S3's client with scripted answers, and the commands that it gets. */
function scripted(answer: (name: string, input: Record<string, unknown>) => object = () => ({})) {
  const client = new S3Client({ region: "eu-central-1" });
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  client.send = (async (command: SentCommand) => {
    const { input } = command;
    const name = command.constructor.name.replace("Command", "");
    sent.push({ name, input });
    return answer(name, input);
  }) as typeof client.send;
  return { sent, files: createSourceFiles({ client, bucketName: "artifacts" }) };
}

function failure(status: number, name: string): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });
}

describe("a copy", () => {
  it("of a small file is one call, with the encoded key, the version and the ETag", async () => {
    const { sent, files } = scripted();

    await files.copy(file, "inputs/team/1");

    expect(sent).toMatchObject([
      {
        name: "CopyObject",
        input: {
          Bucket: "artifacts",
          Key: "inputs/team/1",
          CopySource: "drop/a%20b/%2B%C3%BC%25.txt?versionId=v%2F1%2B2",
          CopySourceIfMatch: '"abc"',
        },
      },
    ]);
  });

  it("of 5 GiB is made in parts that cover each byte once", async () => {
    const { sent, files } = scripted((name, { PartNumber }) => {
      if (name === "CreateMultipartUpload") return { UploadId: "upload" };
      return name === "UploadPartCopy" ? { CopyPartResult: { ETag: `part ${PartNumber}` } } : {};
    });

    await files.copy({ ...file, bytes: 5 * 1024 * mebibyte + 1 }, "inputs/team/1");

    const ranges = sent
      .filter(({ name }) => name === "UploadPartCopy")
      .map(({ input }) => /^bytes=(\d+)-(\d+)$/.exec(String(input.CopySourceRange))?.slice(1).map(Number) ?? [])
      .sort(([a = 0], [b = 0]) => a - b);
    expect(ranges).toHaveLength(21);
    expect(ranges[0]?.[0]).toBe(0);
    for (const [n, [start]] of ranges.entries()) if (n > 0) expect(start).toBe((ranges[n - 1]?.[1] ?? 0) + 1);
    expect(ranges.at(-1)?.[1]).toBe(5 * 1024 * mebibyte);
    expect(sent.at(-1)).toMatchObject({ name: "CompleteMultipartUpload", input: { UploadId: "upload" } });
    expect(sent.at(-1)?.input.MultipartUpload).toEqual({
      Parts: ranges.map((_, n) => ({ PartNumber: n + 1, ETag: `part ${n + 1}` })),
    });
  });

  it("that fails in a part gives up the others, and says if the file was overwritten", async () => {
    const { sent, files } = scripted((name, { PartNumber }) => {
      if (PartNumber === 2) throw failure(412, "PreconditionFailed");
      return name === "CreateMultipartUpload" ? { UploadId: "upload" } : {};
    });

    const copied = await files.copy({ ...file, bytes: 600 * mebibyte }, "inputs/team/1");

    expect(copied).toBe(false);
    expect(sent.at(-1)).toMatchObject({ name: "AbortMultipartUpload", input: { UploadId: "upload" } });
  });

  it("without a permission is an error", async () => {
    const { files } = scripted(() => {
      throw failure(403, "AccessDenied");
    });

    await expect(files.copy(file, "inputs/team/1")).rejects.toThrow("AccessDenied");
  });
});

describe("a copy in parts on the laptop's S3", () => {
  const Bucket = "drop";
  let gateway: Gateway;
  let s3: S3;
  let client: S3Client;
  beforeAll(async () => {
    const credentials = new Credentials();
    gateway = new Gateway(credentials, systemClock);
    s3 = await startS3();
    gateway.emulators.set("s3", s3.emulator);
    await gateway.listen();
    for (const name of [Bucket, "artifacts"]) await s3.createBucket(name);
    await s3.keepVersions(Bucket);
    client = new S3Client({
      region: "eu-central-1",
      endpoint: gateway.endpoint,
      forcePathStyle: true,
      credentials: credentials.issue({ roleArn: "arn:aws:iam::1:role/intake", holder: "function/intake" }),
    });
  });
  afterAll(async () => {
    client.destroy();
    await gateway.close();
    await s3.close();
  });
  const put = async (Key: string, Body: Buffer) =>
    String((await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId);
  const connect = () => createSourceFiles({ client, bucketName: "artifacts", partBytes: leastPartBytes });

  it.each([
    ["one byte more than a part", leastPartBytes + 1],
    ["two whole parts", 2 * leastPartBytes],
  ])("has all bytes of the named version (%s)", async (_what, bytes) => {
    const content = randomBytes(bytes);
    const key = `a b/+ü%/${bytes}`;
    const versionId = await put(key, content);
    await put(key, randomBytes(bytes));
    const found = await connect().find({ bucketName: Bucket, key, versionId });

    const isCopied = found && (await connect().copy(found, `inputs/${bytes}`));

    const { Body } = await client.send(new GetObjectCommand({ Bucket: "artifacts", Key: `inputs/${bytes}` }));
    expect(isCopied).toBe(true);
    expect(content.equals((await Body?.transformToByteArray()) ?? Buffer.of())).toBe(true);
  });

  it("tells of a file that was overwritten", async () => {
    await put("over", randomBytes(leastPartBytes + 1));
    const found = await connect().find({ bucketName: Bucket, key: "over" });

    const isCopied = found && (await connect().copy({ ...found, eTag: '"another"' }, "inputs/over"));

    expect(isCopied).toBe(false);
  });
});

describe("a file", () => {
  it.each([
    ["was deleted", 404, "NotFound"],
    ["has no such version", 404, "NoSuchVersion"],
    ["is a delete marker", 405, "MethodNotAllowed"],
    ["has a malformed version", 400, "BadRequest"],
  ])("that %s is not found", async (_what, status, name) => {
    const { files } = scripted(() => {
      throw failure(status, name);
    });

    expect(await files.find(file)).toBeUndefined();
  });

  it("of a bucket that does not exist is an error", async () => {
    const { files } = scripted(() => {
      throw failure(404, "NoSuchBucket");
    });

    await expect(files.find(file)).rejects.toThrow("NoSuchBucket");
  });

  it("without a named version is its current version", async () => {
    const { files } = scripted(() => ({ ContentLength: 3, ETag: '"e"', VersionId: "v7" }));

    expect(await files.find({ bucketName: "drop", key: "a" })).toMatchObject({ bytes: 3, versionId: "v7" });
  });
});
