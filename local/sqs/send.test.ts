import { beforeEach, describe, expect, test } from "vitest";
import { SqsUnderTest } from "./testing/sqs-under-test.ts";

let sqs: SqsUnderTest;
let queueUrl: string;

beforeEach(async () => {
  sqs = new SqsUnderTest();
  queueUrl = await sqs.createQueue("jobs");
  return () => sqs.emulator.close();
});

describe("a message's digests", () => {
  test("are the MD5 of the body's UTF-8", async () => {
    const answer = await sqs.call("SendMessage", { QueueUrl: queueUrl, MessageBody: "msg" });

    expect(answer).toMatchObject({ MD5OfMessageBody: "6e2baaf3b97dbeef01c0043275f9a0e7" });
    expect(answer.MD5OfMessageAttributes).toBeUndefined();
  });

  // Recorded from AWS.
  test.each([
    ["4c360f3fdafd970e05fae2f149d997f5", { Hello: text("There"), General: text("Kenobi"), "Help.Me": text("Me") }],
    ["fca026605781cb4126a1e9044df24232", { Hello: text("There"), General: text("Kenobi") }],
    ["ae7155c6026991b6d54b11589678bf9c", { Foo: text("Bar") }],
  ])("are, over attributes, %s as on AWS", async (digest, attributes) => {
    const answer = await sqs.call("SendMessage", {
      QueueUrl: queueUrl,
      MessageBody: "msg",
      MessageAttributes: attributes,
    });

    expect(answer.MD5OfMessageAttributes).toBe(digest);
  });
});

describe("a body", () => {
  test.each(["tab\tand\r\nlines", "\u{20}\uD7FF\uE000\uFFFD", "emoji \u{1F680} and \u{10FFFF}"])(
    "may be %j",
    async (body) => {
      await sqs.send(queueUrl, body);

      expect(await sqs.bodies(queueUrl)).toEqual([body]);
    },
  );

  test.each(["\u0000", "\u0008", "\u000B", "\u001F", "\uFFFE", "\uFFFF", "lone \uD83D surrogate"])(
    "may not contain %j",
    async (body) => {
      await expect(sqs.send(queueUrl, body)).rejects.toMatchObject({ code: "InvalidMessageContents", status: 400 });
    },
  );

  test("may not be empty", async () => {
    await expect(sqs.send(queueUrl, "")).rejects.toMatchObject({ code: "MissingParameter" });
  });

  test("may be 1 MiB of UTF-8 and not a byte more", async () => {
    const body = "é".repeat(524_288);

    await sqs.send(queueUrl, body);
    const refused = sqs.send(queueUrl, `${body}x`);

    await expect(refused).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message: "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    });
  });

  test("is measured together with its attributes against the queue's own limit", async () => {
    const small = await sqs.createQueue("small", { MaximumMessageSize: "1024" });
    const attributes = { MessageAttributes: { abc: text("defg") } };

    await sqs.send(small, "x".repeat(1024 - "abcStringdefg".length), attributes);
    const refused = sqs.send(small, "x".repeat(1025 - "abcStringdefg".length), attributes);

    await expect(refused).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });
});

describe("attributes", () => {
  test.each([
    ["more than ten", Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, text("x")]))],
    ["a reserved name", { "AWS.x": text("x") }],
    ["a name with two periods in succession", { "a..b": text("x") }],
    ["another type", { a: { DataType: "Number", StringValue: "1" } }],
    ["an empty value", { a: text("") }],
    ["a character that is not allowed", { a: text("\u0000") }],
  ])("are refused with %s", async (_reason, attributes) => {
    const refused = sqs.send(queueUrl, "msg", { MessageAttributes: attributes });

    await expect(refused).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });

  test("come back as they were sent", async () => {
    const attributes = { count: text("10"), "trace.id": text("a") };
    await sqs.send(queueUrl, "msg", { MessageAttributes: attributes });

    const message = await sqs.receiveOne(queueUrl, { MessageAttributeNames: ["All"] });

    expect(message.MessageAttributes).toEqual(attributes);
  });

  test("come back by name, with the digest of what comes", async () => {
    await sqs.send(queueUrl, "msg", {
      MessageAttributes: { Hello: text("There"), General: text("Kenobi"), "Help.Me": text("Me") },
    });

    const byName = await sqs.receiveOne(queueUrl, { MessageAttributeNames: ["Hello", "None"], VisibilityTimeout: 0 });
    const none = await sqs.receiveOne(queueUrl);

    expect(byName.MessageAttributes).toEqual({ Hello: text("There") });
    expect(byName.MD5OfMessageAttributes).toBe("a311262e065454b75da111d535b8dacd");
    expect(none).not.toHaveProperty("MessageAttributes");
  });

  test.each([
    ["a parameter that is not emulated", { MessageDeduplicationId: "a" }],
    ["a delay above 900 seconds", { DelaySeconds: 901 }],
    ["a group id with a space", { MessageGroupId: "a b" }],
    ["a group id of 129 characters", { MessageGroupId: "a".repeat(129) }],
  ])("are refused with %s", async (_reason, more) => {
    await expect(sqs.send(queueUrl, "msg", more)).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });
});

function text(value: string): object {
  return { DataType: "String", StringValue: value };
}

describe("a batch of messages", () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Id: `${index}`, MessageBody: "msg" }));
  const send = (Entries: object[]) => sqs.call("SendMessageBatch", { QueueUrl: queueUrl, Entries });

  test("is sent entry by entry, and answers with each one's digest or error", async () => {
    const answer = await send([...entries(2), { Id: "bad", MessageBody: "\u0000" }]);

    const digest = { MD5OfMessageBody: "6e2baaf3b97dbeef01c0043275f9a0e7" };
    expect(answer.Successful).toMatchObject([
      { Id: "0", ...digest },
      { Id: "1", ...digest },
    ]);
    expect(answer.Failed).toMatchObject([{ Id: "bad", SenderFault: true, Code: "InvalidMessageContents" }]);
    expect(await sqs.bodies(queueUrl)).toEqual(["msg", "msg"]);
  });

  test.each([
    ["EmptyBatchRequest", entries(0)],
    ["TooManyEntriesInBatchRequest", entries(11)],
    ["BatchEntryIdsNotDistinct", [...entries(1), ...entries(1)]],
  ])("is refused as a whole with %s", async (code, all) => {
    await expect(send(all)).rejects.toMatchObject({ code, status: 400 });
  });
});
