import { beforeEach, describe, expect, test } from "vitest";
import { SqsUnderTest } from "./testing/sqs-under-test.ts";

let sqs: SqsUnderTest;

beforeEach(() => {
  sqs = new SqsUnderTest();
  return () => sqs.emulator.close();
});

test("a new queue has AWS's defaults", async () => {
  const url = await sqs.createQueue("jobs");
  const now = String(sqs.clock.now() / 1000);

  expect(await attributesOf(url)).toEqual({
    QueueArn: "arn:aws:sqs:eu-central-1:000000000000:jobs",
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
    ApproximateNumberOfMessagesDelayed: "0",
    CreatedTimestamp: now,
    LastModifiedTimestamp: now,
    VisibilityTimeout: "30",
    MaximumMessageSize: "1048576",
    MessageRetentionPeriod: "345600",
    DelaySeconds: "0",
    ReceiveMessageWaitTimeSeconds: "0",
  });
});

test("attributes are counted exactly", async () => {
  const url = await sqs.createQueue("jobs");
  for (const body of ["one", "two", "three"]) await sqs.send(url, body);
  await sqs.send(url, "later", { DelaySeconds: 60 });
  await sqs.receive(url, { MaxNumberOfMessages: 2 });

  expect(await attributesOf(url)).toMatchObject({
    ApproximateNumberOfMessages: "1",
    ApproximateNumberOfMessagesNotVisible: "2",
    ApproximateNumberOfMessagesDelayed: "1",
  });
});

test("only the attributes asked for are told", async () => {
  const url = await sqs.createQueue("jobs");

  expect(await attributesOf(url, ["DelaySeconds", "RedrivePolicy"])).toEqual({ DelaySeconds: "0" });
  expect(await attributesOf(url, [])).toEqual({});
  await expect(attributesOf(url, ["Color"])).rejects.toMatchObject({ code: "InvalidAttributeName" });
});

describe("setting attributes", () => {
  test("takes effect on what comes after, and is dated", async () => {
    const url = await sqs.createQueue("jobs");
    await sqs.clock.advance(10_000);
    await sqs.call("SetQueueAttributes", { QueueUrl: url, Attributes: { VisibilityTimeout: "5" } });
    await sqs.send(url, "one");
    await sqs.receiveOne(url);

    await sqs.clock.advance(5_000);

    expect(sqs.emulator.counts("jobs").visible).toBe(1);
    const { CreatedTimestamp, LastModifiedTimestamp } = await attributesOf(url);
    expect(Number(LastModifiedTimestamp) - Number(CreatedTimestamp)).toBe(10);
  });

  test("refuses an unknown one and then changes none", async () => {
    const url = await sqs.createQueue("jobs");

    const refused = sqs.call("SetQueueAttributes", {
      QueueUrl: url,
      Attributes: { VisibilityTimeout: "5", Color: "red" },
    });

    await expect(refused).rejects.toMatchObject({ code: "InvalidAttributeName", message: "Unknown Attribute Color." });
    expect(await attributesOf(url, ["VisibilityTimeout"])).toEqual({ VisibilityTimeout: "30" });
  });
});

describe("retention", () => {
  test("drops messages, in flight or not", async () => {
    const url = await sqs.createQueue("jobs", { MessageRetentionPeriod: "60", VisibilityTimeout: "600" });
    const id = await sqs.send(url, "one");
    await sqs.receiveOne(url);
    await sqs.send(url, "two", { DelaySeconds: 300 });

    await sqs.clock.advance(59_999);
    expect(sqs.emulator.peek("jobs")).toHaveLength(2);
    await sqs.clock.advance(1);

    expect(sqs.historyOf(id)).toEqual(["sent", "received", "expired"]);
    expect(sqs.emulator.peek("jobs")).toEqual([]);
  });

  test("is the one set last", async () => {
    const url = await sqs.createQueue("jobs");
    await sqs.send(url, "one");
    await sqs.clock.advance(120_000);

    await sqs.call("SetQueueAttributes", { QueueUrl: url, Attributes: { MessageRetentionPeriod: "60" } });

    expect(await sqs.bodies(url)).toEqual([]);
  });
});

async function attributesOf(QueueUrl: string, AttributeNames = ["All"]): Promise<Record<string, string>> {
  const { Attributes } = await sqs.call("GetQueueAttributes", { QueueUrl, AttributeNames });
  return Attributes as Record<string, string>;
}
