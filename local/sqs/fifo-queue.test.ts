import { beforeEach, describe, expect, test } from "vitest";
import { SqsUnderTest } from "./testing/sqs-under-test.ts";

let sqs: SqsUnderTest;
let queueUrl: string;

beforeEach(async () => {
  sqs = new SqsUnderTest();
  queueUrl = await sqs.createQueue("jobs.fifo", { FifoQueue: "true" });
  return () => sqs.emulator.close();
});

describe("messages of a group", () => {
  test("are received in the order of sending, also in one receive", async () => {
    for (const body of ["a1", "a2", "a3"]) await send("a", body);

    expect(await sqs.bodies(queueUrl)).toEqual(["a1", "a2", "a3"]);
  });

  test("wait while one of them is in flight, and other groups do not", async () => {
    for (const body of ["a1", "a2"]) await send("a", body);
    await send("b", "b1");

    const first = await receiveOne();

    expect(first.Body).toBe("a1");
    expect(await sqs.bodies(queueUrl)).toEqual(["b1"]);
    expect(await sqs.bodies(queueUrl)).toEqual([]);
  });

  test("go on once the message in flight is deleted", async () => {
    for (const body of ["a1", "a2"]) await send("a", body);

    await sqs.delete(queueUrl, await receiveOne());

    expect(await sqs.bodies(queueUrl)).toEqual(["a2"]);
  });

  test("wait until each message of one receive is deleted", async () => {
    for (const body of ["a1", "a2", "a3"]) await send("a", body);
    const [one, other] = await sqs.receive(queueUrl, { MaxNumberOfMessages: 2 });
    if (!one || !other) throw new Error("Expected two messages.");

    await sqs.delete(queueUrl, other);
    const early = await sqs.bodies(queueUrl);
    await sqs.delete(queueUrl, one);

    expect(early).toEqual([]);
    expect(await sqs.bodies(queueUrl)).toEqual(["a3"]);
  });

  test("begin again with the one that returns, however often it was received", async () => {
    for (const body of ["a1", "a2"]) await send("a", body);

    const bodies: string[] = [];
    for (let round = 0; round < 6; round++) {
      const message = await receiveOne();
      bodies.push(message.Body);
      if (round % 2 === 0) await sqs.changeVisibility(queueUrl, message, 0);
      else await sqs.clock.advance(30_000);
    }

    expect(bodies).toEqual(Array(6).fill("a1"));
  });

  test("are delivered to a long poll that waits for the one in flight", async () => {
    for (const body of ["a1", "a2"]) await send("a", body);
    const first = await receiveOne();

    const waiting = sqs.bodies(queueUrl, { WaitTimeSeconds: 20 });
    await sqs.delete(queueUrl, first);

    expect(await waiting).toEqual(["a2"]);
  });

  test("fill a receive before the next group's do", async () => {
    for (const body of ["a1", "b1", "a2", "b2"]) await send(body.slice(0, 1), body);

    expect(await sqs.bodies(queueUrl, { MaxNumberOfMessages: 3 })).toEqual(["a1", "a2", "b1"]);
  });

  test("are counted as visible while they wait", async () => {
    for (const body of ["a1", "a2"]) await send("a", body);
    await receiveOne();

    expect(sqs.emulator.counts(queueUrl)).toMatchObject({ visible: 1, inFlight: 1 });
  });
});

describe("a repetition of a deduplication id", () => {
  test("within five minutes is accepted with the first one's answer and not delivered, also after its delete", async () => {
    const first = await sendWith({ MessageDeduplicationId: "same" });
    await sqs.delete(queueUrl, await receiveOne());

    await sqs.clock.advance(299_999);
    const second = await sendWith({ MessageDeduplicationId: "same" });

    expect(second).toEqual(first);
    expect(await sqs.bodies(queueUrl)).toEqual([]);
  });

  test("after five minutes is a new message", async () => {
    await sendWith({ MessageDeduplicationId: "same" });
    await sqs.clock.advance(300_000);

    await sendWith({ MessageDeduplicationId: "same" });

    expect(await sqs.bodies(queueUrl)).toHaveLength(2);
  });

  test("in another group is refused by the queue's scope, and not by the group's", async () => {
    const perGroup = await sqs.createQueue("groups.fifo", { FifoQueue: "true", DeduplicationScope: "messageGroup" });
    for (const url of [queueUrl, perGroup]) {
      for (const MessageGroupId of ["a", "b"]) {
        await sqs.send(url, "x", { MessageGroupId, MessageDeduplicationId: "same" });
      }
    }

    expect(await sqs.bodies(queueUrl)).toHaveLength(1);
    expect(await sqs.bodies(perGroup)).toHaveLength(2);
  });
});

describe("a message", () => {
  test("has a sequence number that rises, its group and its deduplication id", async () => {
    const first = await sendWith({});
    const second = await sendWith({ MessageDeduplicationId: "second" });

    const received = await sqs.receive(queueUrl);

    expect(String(second.SequenceNumber) > String(first.SequenceNumber)).toBe(true);
    expect(received[1]?.Attributes).toMatchObject({
      MessageGroupId: "a",
      MessageDeduplicationId: "second",
      SequenceNumber: second.SequenceNumber,
    });
  });

  test.each([
    ["a group", { MessageDeduplicationId: "x" }, "MissingParameter"],
    ["a deduplication id", { MessageGroupId: "a" }, "InvalidParameterValue"],
  ])("without %s is refused", async (_name, more, code) => {
    await expect(sqs.send(queueUrl, "x", more)).rejects.toMatchObject({ code });
  });

  test.each([0, 5])("with a delay of its own of %i s is refused", async (DelaySeconds) => {
    await expect(sendWith({ DelaySeconds })).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });

  test("of a standard queue has no deduplication id", async () => {
    const standard = await sqs.createQueue("standard");

    await expect(sqs.send(standard, "x", { MessageDeduplicationId: "x" })).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
  });

  test("after its last receive goes to the dead-letter queue, and its group goes on", async () => {
    const deadUrl = await sqs.createQueue("dead.fifo", { FifoQueue: "true" });
    const deadLetterTargetArn = "arn:aws:sqs:eu-central-1:000000000000:dead.fifo";
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
    await sqs.call("SetQueueAttributes", { QueueUrl: queueUrl, Attributes: { RedrivePolicy } });
    for (const body of ["a1", "a2"]) await send("a", body);
    await sqs.changeVisibility(queueUrl, await receiveOne(), 0);

    expect(await sqs.bodies(queueUrl)).toEqual(["a2"]);
    expect(await sqs.bodies(deadUrl)).toEqual(["a1"]);
  });
});

describe("a FIFO queue", () => {
  test.each([
    ["without the suffix .fifo", "jobs", { FifoQueue: "true" }, "InvalidParameterValue"],
    ["with a throughput per group and a scope of the queue", "x.fifo", { FifoThroughputLimit: "perMessageGroupId" }],
  ])("%s is refused", async (_name, name, attributes, code = "InvalidAttributeValue") => {
    await expect(sqs.createQueue(name, { FifoQueue: "true", ...attributes })).rejects.toMatchObject({ code });
  });

  test("may have no standard queue for dead letters", async () => {
    await sqs.createQueue("dead");
    const deadLetterTargetArn = "arn:aws:sqs:eu-central-1:000000000000:dead";
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });

    const change = sqs.call("SetQueueAttributes", { QueueUrl: queueUrl, Attributes: { RedrivePolicy } });

    await expect(change).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });

  test("is empty after a purge, and its groups are free", async () => {
    for (const body of ["a1", "a2"]) await send("a", body);
    await receiveOne();

    await sqs.call("PurgeQueue", { QueueUrl: queueUrl });
    await send("a", "a3");

    expect(await sqs.bodies(queueUrl)).toEqual(["a3"]);
  });
});

let sent = 0;

function send(group: string, body: string): Promise<string> {
  return sqs.send(queueUrl, body, { MessageGroupId: group, MessageDeduplicationId: `id-${++sent}` });
}

function sendWith(more: object) {
  const input = { QueueUrl: queueUrl, MessageBody: "x", MessageGroupId: "a", MessageDeduplicationId: "id", ...more };
  return sqs.call("SendMessage", input);
}

function receiveOne() {
  return sqs.receiveOne(queueUrl, { MaxNumberOfMessages: 1 });
}
