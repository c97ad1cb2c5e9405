import { beforeEach, expect, test } from "vitest";
import { SqsUnderTest } from "./sqs-under-test.ts";

let sqs: SqsUnderTest;
let queueUrl: string;

beforeEach(async () => {
  sqs = new SqsUnderTest();
  queueUrl = await sqs.createQueue("jobs");
  return () => sqs.emulator.close();
});

test("a batch is taken in as a whole, in order, before anyone who waits is served", async () => {
  const waiting = sqs.bodies(queueUrl, { WaitTimeSeconds: 20 });

  const answer = await sendBatch([
    { Id: "a", MessageBody: "one" },
    { Id: "b", MessageBody: "two" },
  ]);

  expect(answer.Successful).toMatchObject([{ Id: "a" }, { Id: "b" }]);
  expect(answer).not.toHaveProperty("Failed");
  expect(await waiting).toEqual(["one", "two"]);
});

test("an entry that is refused does not keep back the others", async () => {
  const answer = await sendBatch([
    { Id: "good", MessageBody: "one" },
    { Id: "bad", MessageBody: "\u0000" },
    { Id: "late", MessageBody: "two", DelaySeconds: 901 },
  ]);

  expect(answer.Successful).toMatchObject([{ Id: "good", MD5OfMessageBody: "f97c5d29941bfb1b2fdab0874906ab82" }]);
  expect(answer.Failed).toMatchObject([
    { Id: "bad", SenderFault: true, Code: "InvalidMessageContents" },
    { Id: "late", SenderFault: true, Code: "InvalidParameterValue" },
  ]);
  expect(await sqs.bodies(queueUrl)).toEqual(["one"]);
});

test.each([
  ["EmptyBatchRequest", []],
  ["TooManyEntriesInBatchRequest", Array.from({ length: 11 }, (_, index) => entry(`e${index}`))],
  ["BatchEntryIdsNotDistinct", [entry("a"), entry("a")]],
  ["InvalidBatchEntryId", [entry("a:b")]],
  ["InvalidBatchEntryId", [entry("a".repeat(81))]],
  ["BatchRequestTooLong", [entry("a", "x".repeat(524_288)), entry("b", "x".repeat(524_289))]],
])("%s refuses the whole batch", async (code, entries) => {
  await expect(sendBatch(entries)).rejects.toMatchObject({ code });

  expect(sqs.emulator.counts("jobs").visible).toBe(0);
});

test("deleting a batch reports each entry", async () => {
  await sqs.send(queueUrl, "one");
  const message = await sqs.receiveOne(queueUrl);

  const answer = await sqs.call("DeleteMessageBatch", {
    QueueUrl: queueUrl,
    Entries: [
      { Id: "good", ReceiptHandle: message.ReceiptHandle },
      { Id: "bad", ReceiptHandle: "made-up" },
    ],
  });

  expect(answer.Successful).toEqual([{ Id: "good" }]);
  expect(answer.Failed).toMatchObject([{ Id: "bad", SenderFault: true, Code: "ReceiptHandleIsInvalid" }]);
  expect(sqs.emulator.counts("jobs").inFlight).toBe(0);
});

test("changing visibility in a batch reports each entry", async () => {
  await sqs.send(queueUrl, "one");
  const { ReceiptHandle } = await sqs.receiveOne(queueUrl);

  const answer = await sqs.call("ChangeMessageVisibilityBatch", {
    QueueUrl: queueUrl,
    Entries: [
      { Id: "bad", ReceiptHandle },
      { Id: "good", ReceiptHandle, VisibilityTimeout: 0 },
      { Id: "late", ReceiptHandle, VisibilityTimeout: 10 },
    ],
  });

  expect(answer.Successful).toEqual([{ Id: "good" }]);
  expect(answer.Failed).toMatchObject([
    { Id: "bad", Code: "MissingParameter" },
    { Id: "late", Code: "MessageNotInflight" },
  ]);
});

function entry(Id: string, MessageBody = "x"): object {
  return { Id, MessageBody };
}

function sendBatch(Entries: object[]) {
  return sqs.call("SendMessageBatch", { QueueUrl: queueUrl, Entries });
}
