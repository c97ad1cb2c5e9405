import { beforeEach, describe, expect, test } from "vitest";
import { SqsUnderTest } from "./testing/sqs-under-test.ts";

let sqs: SqsUnderTest;
let queueUrl: string;

beforeEach(async () => {
  sqs = new SqsUnderTest();
  queueUrl = await sqs.createQueue("jobs");
  await sqs.send(queueUrl, "one");
  return () => sqs.emulator.close();
});

describe("deleting", () => {
  test("takes a message out for good, and may be repeated", async () => {
    const message = await sqs.receiveOne(queueUrl);

    await sqs.delete(queueUrl, message);
    await sqs.delete(queueUrl, message);

    expect(sqs.emulator.peek("jobs")).toEqual([]);
    expect(sqs.historyOf(message.MessageId)).toEqual(["sent", "received", "deleted"]);
  });

  test("works after the visibility timeout, as long as nobody has received the message again", async () => {
    const message = await sqs.receiveOne(queueUrl);
    await sqs.clock.advance(60_000);

    await sqs.delete(queueUrl, message);

    expect(await sqs.receive(queueUrl)).toEqual([]);
  });

  test("with the handle of an older receipt succeeds and deletes nothing", async () => {
    const older = await sqs.receiveOne(queueUrl);
    await sqs.clock.advance(30_000);
    const newer = await sqs.receiveOne(queueUrl);

    await sqs.delete(queueUrl, older);
    expect(sqs.emulator.counts("jobs").inFlight).toBe(1);

    await sqs.delete(queueUrl, newer);
    expect(sqs.emulator.counts("jobs").inFlight).toBe(0);
  });

  test("refuses a handle that is none, or another queue's", async () => {
    const other = await sqs.createQueue("other");
    const message = await sqs.receiveOne(queueUrl);

    await expect(sqs.delete(other, message)).rejects.toMatchObject({ code: "ReceiptHandleIsInvalid", status: 404 });
    await expect(sqs.delete(queueUrl, { ...message, ReceiptHandle: "made-up" })).rejects.toMatchObject({
      code: "ReceiptHandleIsInvalid",
    });
  });
});

describe("deleting a batch", () => {
  test("deletes every message whose handle is good, and names the other entries", async () => {
    const message = await sqs.receiveOne(queueUrl);

    const answer = await deleteBatch([
      { Id: "good", ReceiptHandle: message.ReceiptHandle },
      { Id: "bad", ReceiptHandle: "made-up" },
    ]);

    expect(answer).toMatchObject({
      Successful: [{ Id: "good" }],
      Failed: [{ Id: "bad", SenderFault: true, Code: "ReceiptHandleIsInvalid" }],
    });
    expect(sqs.emulator.peek("jobs")).toEqual([]);
  });

  test.each([
    ["EmptyBatchRequest", []],
    ["TooManyEntriesInBatchRequest", "abcdefghijk".split("")],
    ["BatchEntryIdsNotDistinct", ["a", "b", "a"]],
    ["InvalidBatchEntryId", ["not an id"]],
  ])("is refused with %s for the ids %j", async (code, ids) => {
    await expect(deleteBatch(ids.map((Id) => ({ Id, ReceiptHandle: "x" })))).rejects.toMatchObject({ code });
  });

  function deleteBatch(Entries: { Id: string; ReceiptHandle: string }[]) {
    return sqs.call("DeleteMessageBatch", { QueueUrl: queueUrl, Entries });
  }
});

describe("changing the visibility", () => {
  test("counts from now, longer or shorter", async () => {
    const message = await sqs.receiveOne(queueUrl);
    await sqs.clock.advance(20_000);
    await sqs.changeVisibility(queueUrl, message, 40);
    await sqs.clock.advance(39_999);
    expect(sqs.emulator.counts("jobs").inFlight).toBe(1);

    await sqs.changeVisibility(queueUrl, message, 5);
    await sqs.clock.advance(5_000);
    expect(sqs.emulator.counts("jobs")).toMatchObject({ inFlight: 0, visible: 1 });
  });

  test("to zero hands the message back at once", async () => {
    const message = await sqs.receiveOne(queueUrl);

    await sqs.changeVisibility(queueUrl, message, 0);

    expect(sqs.historyOf(message.MessageId)).toEqual(["sent", "received", "visible-again"]);
    expect(await sqs.bodies(queueUrl)).toEqual(["one"]);
  });

  test("is refused when the message is visible again", async () => {
    const message = await sqs.receiveOne(queueUrl);
    await sqs.clock.advance(30_000);

    await expect(sqs.changeVisibility(queueUrl, message, 30)).rejects.toMatchObject({ code: "MessageNotInflight" });
  });

  test("with the handle of an older receipt is refused, and leaves the newer alone", async () => {
    const older = await sqs.receiveOne(queueUrl);
    await sqs.clock.advance(30_000);
    await sqs.receiveOne(queueUrl);

    const refused = sqs.changeVisibility(queueUrl, older, 0);

    await expect(refused).rejects.toMatchObject({ code: "InvalidParameterValue" });
    expect(sqs.emulator.counts("jobs").inFlight).toBe(1);
  });

  test("is refused when the message is deleted", async () => {
    const message = await sqs.receiveOne(queueUrl);
    await sqs.delete(queueUrl, message);

    await expect(sqs.changeVisibility(queueUrl, message, 30)).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });

  test("reaches twelve hours from the receive and no further, however often it is extended", async () => {
    const message = await sqs.receiveOne(queueUrl, { VisibilityTimeout: 40_000 });
    await sqs.clock.advance(39_000_000);

    await expect(sqs.changeVisibility(queueUrl, message, 4_201)).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message:
        "Value 4201 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
    });
    await sqs.changeVisibility(queueUrl, message, 4_200);
    await sqs.clock.advance(4_200_000);

    expect(sqs.emulator.counts("jobs").visible).toBe(1);
  });

  test.each([-1, 43_201, 1.5])("is refused to %d seconds", async (seconds) => {
    const message = await sqs.receiveOne(queueUrl);

    await expect(sqs.changeVisibility(queueUrl, message, seconds)).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
  });
});
