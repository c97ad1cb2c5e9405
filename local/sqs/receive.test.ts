import { beforeEach, describe, expect, test } from "vitest";
import { SqsUnderTest } from "./testing/sqs-under-test.ts";

let sqs: SqsUnderTest;
let queueUrl: string;

beforeEach(async () => {
  sqs = new SqsUnderTest();
  queueUrl = await sqs.createQueue("jobs");
  return () => sqs.emulator.close();
});

describe("a receive", () => {
  test("takes up to as many as asked for, first in first out", async () => {
    for (const body of ["one", "two", "three"]) await sqs.send(queueUrl, body);

    expect(await sqs.bodies(queueUrl, { MaxNumberOfMessages: 2 })).toEqual(["one", "two"]);
    expect(await sqs.bodies(queueUrl)).toEqual(["three"]);
  });

  test("takes one where nothing is asked", async () => {
    for (const body of ["one", "two"]) await sqs.send(queueUrl, body);

    const answer = await sqs.call("ReceiveMessage", { QueueUrl: queueUrl });

    expect(answer.Messages).toHaveLength(1);
  });

  test("of an empty queue answers without a list", async () => {
    expect(await sqs.call("ReceiveMessage", { QueueUrl: queueUrl })).toEqual({});
  });

  test("tells how often, when first and since when", async () => {
    const sentAt = String(sqs.clock.now());
    await sqs.send(queueUrl, "one");
    await sqs.clock.advance(1_000);
    const first = await sqs.receiveOne(queueUrl);
    await sqs.clock.advance(30_000);
    const second = await sqs.receiveOne(queueUrl);

    const attributes = { SenderId: "000000000000", SentTimestamp: sentAt };
    const firstAt = String(Number(sentAt) + 1_000);
    expect(first.Attributes).toEqual({
      ...attributes,
      ApproximateReceiveCount: "1",
      ApproximateFirstReceiveTimestamp: firstAt,
    });
    expect(second.Attributes).toMatchObject({
      ApproximateReceiveCount: "2",
      ApproximateFirstReceiveTimestamp: firstAt,
    });
  });

  test("gives only the attributes asked for", async () => {
    await sqs.send(queueUrl, "one");

    const named = await sqs.receiveOne(queueUrl, {
      MessageSystemAttributeNames: ["SenderId", "ApproximateReceiveCount", "DeadLetterQueueSourceArn"],
      VisibilityTimeout: 0,
    });
    const unnamed = await sqs.receiveOne(queueUrl, { MessageSystemAttributeNames: [] });

    expect(named.Attributes).toEqual({ SenderId: "000000000000", ApproximateReceiveCount: "1" });
    expect(unnamed).not.toHaveProperty("Attributes");
  });

  test.each([
    ["InvalidParameterValue", { MaxNumberOfMessages: 0 }],
    ["InvalidParameterValue", { MaxNumberOfMessages: 11 }],
    ["InvalidParameterValue", { WaitTimeSeconds: 21 }],
    ["InvalidParameterValue", { VisibilityTimeout: 43_201 }],
    ["InvalidParameterValue", { VisibilityTimeout: "30" }],
    ["InvalidAttributeName", { MessageSystemAttributeNames: ["Color"] }],
  ])("is refused with %s for %j", async (code, more) => {
    await expect(sqs.receive(queueUrl, more)).rejects.toMatchObject({ code });
  });
});

describe("a delay", () => {
  test("hides a message until it is over", async () => {
    await sqs.send(queueUrl, "one", { DelaySeconds: 10 });

    await sqs.clock.advance(9_999);
    expect(await sqs.bodies(queueUrl)).toEqual([]);
    expect(sqs.emulator.counts("jobs")).toMatchObject({ visible: 0, delayed: 1 });

    await sqs.clock.advance(1);
    expect(await sqs.bodies(queueUrl)).toEqual(["one"]);
  });

  test("is the queue's where the message has none of its own", async () => {
    const slow = await sqs.createQueue("slow", { DelaySeconds: "60" });
    await sqs.send(slow, "queue's");
    await sqs.send(slow, "own", { DelaySeconds: 0 });

    const before = await sqs.bodies(slow, { VisibilityTimeout: 600 });
    await sqs.clock.advance(60_000);
    const after = await sqs.bodies(slow);

    expect(before).toEqual(["own"]);
    expect(after).toEqual(["queue's"]);
  });
});

describe("the visibility timeout", () => {
  test("hides a received message, then shows it again", async () => {
    const id = await sqs.send(queueUrl, "one");
    await sqs.receiveOne(queueUrl);

    await sqs.clock.advance(29_999);
    expect(await sqs.bodies(queueUrl)).toEqual([]);
    expect(sqs.emulator.counts("jobs")).toMatchObject({ visible: 0, inFlight: 1 });

    await sqs.clock.advance(1);
    expect(sqs.historyOf(id)).toEqual(["sent", "received", "visible-again"]);
    expect(await sqs.bodies(queueUrl)).toEqual(["one"]);
  });

  test("of the receive goes before the queue's", async () => {
    await sqs.send(queueUrl, "one");
    await sqs.receiveOne(queueUrl, { VisibilityTimeout: 5 });

    await sqs.clock.advance(5_000);

    expect(sqs.emulator.counts("jobs").visible).toBe(1);
  });

  test("of zero leaves the message visible, and gives it to a receive once", async () => {
    await sqs.send(queueUrl, "one");

    expect(await sqs.bodies(queueUrl, { VisibilityTimeout: 0 })).toEqual(["one"]);
    expect(await sqs.bodies(queueUrl)).toEqual(["one"]);
  });

  test("puts a message back to its place, from the third receive on at the end", async () => {
    await sqs.send(queueUrl, "one");
    await sqs.send(queueUrl, "two");

    const firsts: string[] = [];
    for (let round = 0; round < 4; round++) {
      firsts.push(...(await sqs.bodies(queueUrl, { MaxNumberOfMessages: 1, VisibilityTimeout: 1 })));
      await sqs.clock.advance(1_000);
    }

    expect(firsts).toEqual(["one", "one", "one", "two"]);
  });
});

describe("the limit of messages in flight", () => {
  beforeEach(async () => {
    sqs = new SqsUnderTest({ maxInFlight: 2 });
    queueUrl = await sqs.createQueue("jobs");
    for (const body of ["one", "two", "three"]) await sqs.send(queueUrl, body);
    return () => sqs.emulator.close();
  });

  test("shortens a receive, and then refuses one that does not wait", async () => {
    expect(await sqs.bodies(queueUrl)).toEqual(["one", "two"]);

    await expect(sqs.receive(queueUrl)).rejects.toMatchObject({ code: "OverLimit", status: 403 });
  });

  test("makes a long poll wait until there is room", async () => {
    const [first] = await sqs.receive(queueUrl);
    const waiting = sqs.bodies(queueUrl, { WaitTimeSeconds: 20 });

    if (first) await sqs.delete(queueUrl, first);

    expect(await waiting).toEqual(["three"]);
  });
});
