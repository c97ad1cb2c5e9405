import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limits } from "../../contract/limits.ts";
import { systemClock } from "../../runtime/clock.ts";
import { type Artifacts, createArtifacts } from "./artifacts.ts";
import type { Stored } from "./job.ts";
import { createUploadPresigner, type PresignUpload } from "./presign-upload.ts";
import { type LocalBucket, startLocalBucket } from "./testing/local-bucket.ts";

const key = { owner: "alice/é", jobId: "job-1" };
const small = `"${"a".repeat(limits.inlineBytes - 2)}"`;
const large = `${small} `;
const mostBytes = 1_000_000;

let bucket: LocalBucket;
let artifacts: Artifacts;
let presignUpload: PresignUpload;
let folder: string;
beforeAll(async () => {
  bucket = await startLocalBucket();
  artifacts = createArtifacts(bucket);
  presignUpload = createUploadPresigner({
    bucketUrl: `${bucket.endpoint}/${bucket.bucketName}`,
    region: "eu-central-1",
    credentials: async () => ({ accessKeyId: "test", secretAccessKey: "test", sessionToken: "a+b/c=" }),
    clock: systemClock,
  });
  folder = await mkdtemp(join(tmpdir(), "sluice-artifacts-"));
});
afterAll(async () => {
  await bucket.close();
  await rm(folder, { recursive: true });
});

/** The text of a kept value. */
async function textOf(stored: Stored): Promise<string> {
  const local = await artifacts.fetch(stored, folder);
  return "json" in local ? local.json : readFile(local.file, "utf8");
}

/** Writes a result as a handler's process does. */
async function resultOf(text: string): Promise<{ file: string }> {
  const file = join(await mkdtemp(join(folder, "run-")), "result.json");
  await writeFile(file, text);
  return { file };
}

describe("a payload", () => {
  it("stands in the record up to the limit, quotes and all", async () => {
    expect(await artifacts.keepPayload(key, Buffer.from(small), "hash")).toEqual({ json: small });
  });

  it("goes to the bucket beyond the limit, and comes back", async () => {
    const stored = await artifacts.keepPayload(key, Buffer.from(large), "hash");

    expect(stored).toEqual({ objectKey: "payloads/alice%2F%C3%A9/job-1/hash.json" });
    expect(await textOf(stored)).toBe(large);
  });

  it("goes to a file that only this user can read", async () => {
    const stored = await artifacts.keepPayload(key, Buffer.from(large), "hash");

    const local = await artifacts.fetch(stored, folder);

    expect((await stat("file" in local ? local.file : "")).mode & 0o777).toBe(0o600);
  });
});

describe("a result", () => {
  it("carries its attempt in its key, so that a cut-off attempt overwrites no other", async () => {
    const first = await artifacts.keepResult(key, 1, await resultOf(`[1,${large}]`), mostBytes);
    const second = await artifacts.keepResult(key, 2, await resultOf(`[2,${large}]`), mostBytes);

    expect(await textOf(first)).toBe(`[1,${large}]`);
    expect(await textOf(second)).toBe(`[2,${large}]`);
  });

  it("can be fetched under a URL", async () => {
    const stored = await artifacts.keepResult(key, 1, await resultOf(`[${large}]`), mostBytes);

    const answer = await fetch(await artifacts.presignResult("objectKey" in stored ? stored.objectKey : ""));

    expect(await answer.text()).toEqual(`[${large}]`);
  });

  it("that is small stands in the record", async () => {
    expect(await artifacts.keepResult(key, 1, { json: "1" }, mostBytes)).toEqual({ json: "1" });
  });

  it("is not taken from where its handler has put a link", async () => {
    const { file } = await resultOf("[]");
    await symlink(import.meta.filename, `${file}.link`);

    const kept = artifacts.keepResult(key, 1, { file: `${file}.link` }, mostBytes);

    await expect(kept).rejects.toMatchObject({ code: "result-missing" });
  });

  it("is not awaited from a pipe", async () => {
    const { file } = await resultOf("[]");
    execFileSync("mkfifo", [`${file}.pipe`]);

    const kept = artifacts.keepResult(key, 1, { file: `${file}.pipe` }, mostBytes);

    await expect(kept).rejects.toMatchObject({ code: "result-missing" });
  });

  it.each([
    ["that is not there", "no-such-file", "result-missing"],
    ["that is empty", "", "result-missing"],
    ["beyond the limit", "[1,2,3]", "result-too-large"],
  ])("%s is refused", async (_case, text, code) => {
    const result = text === "no-such-file" ? { file: join(folder, text) } : await resultOf(text);

    await expect(artifacts.keepResult(key, 1, result, 6)).rejects.toMatchObject({ code });
  });

  it("that the bucket no longer has is said to be missing", async () => {
    await expect(artifacts.fetch({ objectKey: "results/gone.json" }, folder)).rejects.toMatchObject({
      code: "missing-artifact",
      details: { objectKey: "results/gone.json" },
    });
  });
});

describe("an upload", () => {
  it("takes the bytes at its URL, with the headers that are signed, and gives them to its owner", async () => {
    const { objectKey, url, headers } = await presignUpload(key.owner, text);
    const put = await fetch(url, { method: "PUT", body: "some text", headers });

    const { body, bytes } = await artifacts.openUpload(key.owner, objectKey);

    expect(headers).toEqual({ "content-length": "9", "content-type": "text/plain", "if-none-match": "*" });
    expect(new URL(url).searchParams.get("X-Amz-SignedHeaders")?.split(";")).toEqual(
      expect.arrayContaining(Object.keys(headers)),
    );
    expect(put.status).toBe(200);
    expect(bytes).toBe(9);
    expect(Buffer.concat(await body.toArray()).toString()).toBe("some text");
  });

  it("says until when its URL is good", async () => {
    const before = systemClock.now();

    const { expiresAt } = await presignUpload(key.owner, text);

    // The signature's date has whole seconds.
    const good = limits.uploadUrlSeconds * 1000;
    expect(Date.parse(expiresAt)).toBeGreaterThan(before + good - 1000);
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(systemClock.now() + good);
  });

  it("is not there for another owner", async () => {
    const objectKey = await upload("alice");

    await expect(artifacts.openUpload("bobby", objectKey)).rejects.toMatchObject(noSuchObject);
    await expect(artifacts.openUpload("alice/x", objectKey)).rejects.toMatchObject(noSuchObject);
  });

  it.each(["uploads/alice/../bob/x", "payloads/alice/job-1/hash.json", "uploads/alice/", ""])(
    "is nothing that %j names",
    async (objectKey) => {
      await expect(artifacts.openUpload("alice", objectKey)).rejects.toMatchObject(noSuchObject);
      await expect(artifacts.fetchUpload("alice", objectKey, folder)).rejects.toMatchObject(noSuchObject);
      expect(await artifacts.keepUpload("alice", objectKey, systemClock.now())).toBe(false);
    },
  );

  it("that never came or was deleted is not there", async () => {
    const objectKey = await upload("alice");
    await remove(objectKey);

    await expect(artifacts.openUpload("alice", objectKey)).rejects.toMatchObject(noSuchObject);
    expect(await artifacts.keepUpload("alice", objectKey, systemClock.now())).toBe(false);
  });

  it("beyond the limit is refused unread", async () => {
    const objectKey = "uploads/alice/7e57ab1e-0000-4000-8000-000000000000";
    const body = Readable.from(["far too much"]);
    const client = { send: async () => ({ Body: body, ContentLength: limits.uploadBytes + 1 }) };
    const oversized = createArtifacts({ client: client as unknown as S3Client, bucketName: "artifacts" });

    await expect(oversized.openUpload("alice", objectKey)).rejects.toMatchObject({ code: "too-large", isFinal: true });
    expect(body.destroyed).toBe(true);
  });
});

describe("an input of a job", () => {
  const read = async (owner: string, objectKey: string) => {
    const { file, bytes } = await artifacts.fetchUpload(owner, objectKey, folder);
    const text = await readFile(file, "utf8");
    expect(bytes).toBe(Buffer.byteLength(text));
    return text;
  };

  it("is a copy of its upload, which may expire", async () => {
    const objectKey = await upload(key.owner);

    const isKept = await artifacts.keepUpload(key.owner, objectKey, systemClock.now());
    await remove(objectKey);

    expect(isKept).toBe(true);
    expect(await read(key.owner, objectKey)).toBe("some text");
    expect(await artifacts.keepUpload(key.owner, objectKey, systemClock.now())).toBe(true);
    await expect(artifacts.fetchUpload("bobby", objectKey, folder)).rejects.toMatchObject(noSuchObject);
  });

  it("is not there before a job was accepted with it", async () => {
    const objectKey = await upload("alice");

    await expect(artifacts.fetchUpload("alice", objectKey, folder)).rejects.toMatchObject(noSuchObject);
  });

  it("is copied once a day, then from itself", async () => {
    const objectKey = await upload("alice");
    const sources: unknown[] = [];
    const counting = createArtifacts({
      bucketName: bucket.bucketName,
      client: {
        send(command: { input: { CopySource?: string } }) {
          if (command.input.CopySource !== undefined) sources.push(command.input.CopySource);
          return bucket.client.send(command as never);
        },
      } as unknown as S3Client,
    });
    const keepIn = (hours: number) => counting.keepUpload("alice", objectKey, systemClock.now() + hours * 3_600_000);

    const kept = [await keepIn(0), await keepIn(23), await keepIn(25)];

    expect(kept).toEqual([true, true, true]);
    expect(sources).toEqual([`artifacts/${objectKey}`, `artifacts/${objectKey.replace("uploads", "inputs")}`]);
  });
});

const text = { bytes: 9, contentType: "text/plain" };

async function upload(owner: string): Promise<string> {
  const { objectKey, url, headers } = await presignUpload(owner, text);
  await fetch(url, { method: "PUT", body: "some text", headers });
  return objectKey;
}

async function remove(objectKey: string): Promise<void> {
  await bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.bucketName, Key: objectKey }));
}

const noSuchObject = { name: "JobFailure", code: "no-such-object", isFinal: true };
