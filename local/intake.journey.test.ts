import { createHash } from "node:crypto";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropJobId } from "../contract/intake.ts";
import { atMostAtOnce } from "../runtime/at-most-at-once.ts";
import { createAccountClient } from "./account-client.ts";
import { toQueue } from "./sns/deliver.ts";
import { dropTextsConfig, followDrops, pickTexts } from "./testing/drop-texts.ts";
import { type Journey, startJourney } from "./testing/journey.ts";
import { createSender } from "./users.ts";

/** A topic that may send to the inbox. */
const ordersArn = "arn:aws:sns:eu-central-1:000000000000:orders";

let journey: Journey;
/** Clients with the keys of a user who may put files and send messages. */
let s3: S3Client;
let sqs: SQSClient;
let bucketName: string;
/** A client that is not of AWS and knows nothing of Sluice, with the same keys. */
let otherClient: AwsClient;
beforeAll(async () => {
  journey = await startJourney({
    config: { ...(await dropTextsConfig()), "sluice:senders": JSON.stringify(["111122223333", ordersArn]) },
  });
  const { cloud, outputs } = journey.stack;
  const sender = createSender(cloud, outputs);
  const connection = {
    endpoint: String(sender.AWS_ENDPOINT_URL),
    region: String(sender.AWS_REGION),
    credentials: {
      accessKeyId: String(sender.AWS_ACCESS_KEY_ID),
      secretAccessKey: String(sender.AWS_SECRET_ACCESS_KEY),
    },
  };
  s3 = new S3Client({ ...connection, forcePathStyle: true });
  sqs = new SQSClient(connection);
  otherClient = new AwsClient({ ...connection.credentials, region: connection.region, service: "s3" });
  bucketName = outputs.dropBucketName ?? "";
});
afterAll(async () => {
  s3.destroy();
  sqs.destroy();
  await journey.down();
});

async function drop(key: string, text: string): Promise<string> {
  const { VersionId } = await s3.send(
    new PutObjectCommand({ Bucket: bucketName, Key: key, Body: text, ContentLength: Buffer.byteLength(text) }),
  );
  return dropJobId({ bucketName, key, version: String(VersionId) });
}

function send(message: object | string): Promise<unknown> {
  const MessageBody = typeof message === "string" ? message : JSON.stringify(message);
  return sqs.send(new SendMessageCommand({ QueueUrl: journey.stack.outputs.inboxUrl, MessageBody }));
}

/** Body and reason of the messages in the inbox's dead-letter queue. */
function deadLetters(): { body: string; reason: string | undefined }[] {
  const { cloud, outputs } = journey.stack;
  return cloud.sqs
    .peek(String(outputs.inboxDeadLetterQueueUrl))
    .map(({ body, attributes }) => ({ body, reason: attributes.Reason?.StringValue }));
}

describe("a file in the drop bucket", () => {
  it("comes out as a job with its result, whatever its key is", async () => {
    const keys = ["plain.txt", "a b+c/100%.txt", "été/日本/😀.txt", `${"x".repeat(1_020)}.txt`];

    const jobIds = await Promise.all(keys.map((key) => drop(key, `one two two ${key.length}`)));
    const jobs = await Promise.all(jobIds.map((jobId) => journey.finished(jobId)));

    expect(jobs).toMatchObject(
      keys.map((key) => ({
        type: "word-frequency",
        state: "succeeded",
        result: { counts: { one: 1, two: 2, [key.length]: 1 } },
      })),
    );
  });

  it("comes out once for each version, also if it is overwritten at once, empty or deleted", async () => {
    const jobIds = [await drop("again.txt", "first"), await drop("again.txt", "second"), await drop("again.txt", "")];
    const owner = createAccountClient(journey.stack.cloud);
    await owner.send(new DeleteObjectCommand({ Bucket: bucketName, Key: "again.txt" }));
    owner.destroy();

    const jobs = await Promise.all(jobIds.map((jobId) => journey.finished(jobId)));

    expect(jobs.map(({ result }) => (result as { words: number }).words)).toEqual([1, 1, 0]);
    expect(jobIds.map((jobId) => journey.finishes.of(jobId))).toEqual([1, 1, 1]);
  });

  it("goes to the dead-letter queue with the reason if it fits no rule", async () => {
    await drop("photo.jpg", "no text");

    await expect
      .poll(() => deadLetters().map(({ reason }) => reason))
      .toContain("no-rule: Expected a key that fits a rule of drops; came photo.jpg.");
  });

  it("has the job id that docs/intake.md computes in a shell", async () => {
    const hash = createHash("sha256").update("bucket\nversion\na/b.txt").digest("hex");

    expect(dropJobId({ bucketName: "bucket", version: "version", key: "a/b.txt" })).toBe(`drop-${hash.slice(0, 32)}`);
  });
});

describe("200 texts that another client of S3 puts into the bucket", () => {
  it("come out counted, with one mail each; each queue receives its share, and the operator hears of those that are no texts", async () => {
    const texts = await pickTexts(200, 5);

    const versions = new Map<string, string>();
    await atMostAtOnce(16, texts, async ({ path, bytes }) => void versions.set(path, await putByOther(path, bytes)));
    const dropped = texts.map((text) => ({ ...text, version: String(versions.get(text.path)) }));
    const { expected, observe } = await followDrops(journey, dropped);

    expect([expected.counts.length, expected.troubles.length]).toEqual([200, 5]);
    await expect.poll(observe).toEqual(expected);
  });
});

/** Returns the version. */
async function putByOther(key: string, body: Uint8Array<ArrayBuffer>): Promise<string> {
  const path = key.split("/").map(encodeURIComponent).join("/");
  const url = `${journey.stack.cloud.gateway.endpoint}/${bucketName}/${path}`;
  const answer = await otherClient.fetch(url, { method: "PUT", body });
  expect(answer.status, await answer.text()).toBe(200);
  return String(answer.headers.get("x-amz-version-id"));
}

describe("a topic that is subscribed by the inbox", () => {
  it("sends jobs if senders lists it, and is refused otherwise", async () => {
    const { cloud, outputs } = journey.stack;
    const queueArn = `arn:aws:sqs:eu-central-1:000000000000:${outputs.inboxUrl?.split("/").at(-1)}`;
    for (const topicArn of [ordersArn, `${ordersArn}-2`]) {
      cloud.sns.createTopic(topicArn);
      const subscription = { arn: `${topicArn}:1`, topicArn, protocol: "sqs", filter: undefined };
      cloud.sns.subscribe({ ...subscription, deliver: toQueue(cloud, queueArn) });
    }

    cloud.sns.publish(`${ordersArn}-2`, { default: '{"jobId":"strange","payload":1}' }, undefined, {});
    cloud.sns.publish(ordersArn, { default: '{"jobId":"listed","payload":1}' }, undefined, {});

    expect(await journey.finished("listed")).toMatchObject({ state: "succeeded" });
    await expect
      .poll(() => journey.lines.join("\n"))
      .toContain(`The policy of ${queueArn} does not admit sns.amazonaws.com for ${ordersArn}-2.`);
    expect(await journey.get("strange")).toMatchObject({ status: 404 });
  });
});

describe("a message in the inbox", () => {
  it("that is a request comes out as its job, also in an envelope of SNS", async () => {
    const fromTopic = { jobId: "from-topic", payload: { n: 2 } };

    await send({ jobId: "from-inbox", payload: { n: 1 } });
    await send({
      Type: "Notification",
      MessageId: "1",
      TopicArn: "arn:aws:sns:::orders",
      Message: JSON.stringify(fromTopic),
    });

    expect(await journey.finished("from-inbox")).toMatchObject({ state: "succeeded", result: { echo: { n: 1 } } });
    expect(await journey.finished("from-topic")).toMatchObject({ state: "succeeded", result: { echo: { n: 2 } } });
  });

  it("that is no job goes to the dead-letter queue with the reason, and the rest of its batch goes on", async () => {
    await Promise.all([send("hello"), send({ jobId: "beside", payload: 1 })]);

    expect(await journey.finished("beside")).toMatchObject({ state: "succeeded" });
    await expect
      .poll(deadLetters)
      .toContainEqual({ body: "hello", reason: expect.stringMatching(/^invalid-json: body: expected JSON/) });
  });
});

it("a bare event of S3 gives the ids of its jobs", async () => {
  const jobId = await drop("bare.txt", "one");
  const version = { s3: { bucket: { name: bucketName }, object: { key: "bare.txt" } } };
  const event = { Records: [{ eventSource: "aws:s3", eventName: "ObjectCreated:Put", ...version }] };
  const intake = [...journey.stack.cloud.functions.values()].find(({ name }) => /^intake-[0-9a-f]+$/.test(name));

  const answer = await intake?.invoke(event);

  expect(answer).toEqual({ ok: true, result: { jobIds: [jobId] } });
  expect(await journey.finished(jobId)).toMatchObject({ result: { words: 1 } });
});
