import { request as httpRequest } from "node:http";
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock, systemClock } from "../../runtime/clock.ts";
import { Credentials } from "./credentials.ts";
import { Gateway } from "./gateway.ts";
import { type S3, startS3 } from "./s3.ts";

const Bucket = "artifacts";
const body = "twelve bytes";
const headers = { "content-type": "text/plain", "if-none-match": "*" };

let gateway: Gateway;
let s3: S3;
let client: S3Client;
let keys: ReturnType<Credentials["issue"]>;
let clock: ManualClock;
beforeEach(async () => {
  // The SDK signs with the time of this machine.
  clock = new ManualClock(systemClock.now());
  const credentials = new Credentials();
  keys = credentials.issue({ roleArn: "arn:aws:iam::1:role/status", holder: "function/status" });
  gateway = new Gateway(credentials, clock);
  s3 = await startS3();
  await s3.createBucket(Bucket);
  gateway.emulators.set("s3", s3.emulator);
  await gateway.listen();
  client = connect();
});
afterEach(async () => {
  client.destroy();
  await gateway.close();
  await s3.close();
});

function connect(changes: Partial<S3ClientConfig> = {}): S3Client {
  return new S3Client({
    region: "eu-central-1",
    endpoint: gateway.endpoint,
    forcePathStyle: true,
    credentials: keys,
    requestChecksumCalculation: "WHEN_REQUIRED",
    maxAttempts: 1,
    ...changes,
  });
}

const put = (Key: string, text = body) => client.send(new PutObjectCommand({ Bucket, Key, Body: text }));
const presignGet = (Key: string) => getSignedUrl(client, new GetObjectCommand({ Bucket, Key }), { expiresIn: 900 });
const presignPut = (Key: string) =>
  getSignedUrl(
    client,
    new PutObjectCommand({
      Bucket,
      Key,
      ContentLength: body.length,
      ContentType: "text/plain",
      IfNoneMatch: "*",
    }),
    { expiresIn: 900, signableHeaders: new Set(["content-type"]) },
  );

async function codeOf(response: Response): Promise<string> {
  return `${response.status} ${/<Code>(.*)<\/Code>/.exec(await response.text())?.[1]}`;
}

describe("S3 at the gateway", () => {
  it("writes, copies and reads objects for the SDK's client, also under keys with escapes", async () => {
    await put("uploads/alice%2Fé/1");
    await client.send(
      new CopyObjectCommand({
        Bucket,
        Key: "inputs/alice%2Fé/1",
        CopySource: encodeURI(`${Bucket}/uploads/alice%2Fé/1`),
      }),
    );

    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "inputs/alice%2Fé/1" }));

    expect(await Body?.transformToString()).toBe(body);
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: "none" }))).rejects.toThrow(
      expect.objectContaining({ name: "NotFound" }),
    );
  });

  it("refuses a client with another secret", async () => {
    const guessing = connect({ credentials: { ...keys, secretAccessKey: "guessed" } });

    const asked = guessing.send(new PutObjectCommand({ Bucket, Key: "a", Body: body }));

    await expect(asked).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });

  it("refuses a presigned URL of another object, of another method and after its time", async () => {
    await put("results/alice/1");
    await put("results/bob/1", "secret");
    const url = await presignGet("results/alice/1");

    const own = await fetch(url);
    const edited = await fetch(url.replace("alice", "bob"));
    const removed = await fetch(url, { method: "DELETE" });
    await clock.advance(901_000);
    const late = await fetch(url);

    expect(await own.text()).toBe(body);
    expect(await codeOf(edited)).toBe("403 SignatureDoesNotMatch");
    expect(await codeOf(removed)).toBe("403 SignatureDoesNotMatch");
    expect(await codeOf(late)).toBe("403 AccessDenied");
  });

  it("takes a presigned upload once, with the signed length and type", async () => {
    const url = await presignPut("uploads/1");
    const send = (changes: Record<string, string> = {}, sent = body) =>
      fetch(url, { method: "PUT", body: sent, headers: { ...headers, ...changes } });

    const refused = [
      await send({}, `${body}!`),
      await send({ "content-type": "text/html" }),
      await fetch(url, { method: "PUT", body, headers: { "content-type": "text/plain" } }),
      await send({ "x-amz-copy-source": `${Bucket}/results/bob/1` }),
    ];
    const first = await send();
    const second = await send({}, "other  bytes");

    expect(new URL(url).searchParams.get("X-Amz-SignedHeaders")).toBe("content-length;content-type;host;if-none-match");
    expect(await Promise.all(refused.map(codeOf))).toEqual([
      "403 SignatureDoesNotMatch",
      "403 SignatureDoesNotMatch",
      "403 SignatureDoesNotMatch",
      "403 AccessDenied",
    ]);
    expect(first.status).toBe(200);
    expect(await codeOf(second)).toBe("412 PreconditionFailed");
    expect(await (await fetch(await presignGet("uploads/1"))).text()).toBe(body);
  });

  it("stores one of two presigned uploads at once", async () => {
    const url = await presignPut("uploads/1");

    const answers = await Promise.all([1, 2].map(() => fetch(url, { method: "PUT", body, headers })));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, expect.toSatisfy((s) => [409, 412].includes(s))]);
  });

  it("refuses a PUT without a length", async () => {
    const url = await presignPut("uploads/1");

    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(url, { method: "PUT", headers: { ...headers, "transfer-encoding": "chunked" } });
      request.on("response", (response) => resolve(response.resume().statusCode)).on("error", reject);
      request.end(body);
    });

    expect(status).toBe(411);
  });
});
