import { beforeEach, describe, expect, test } from "vitest";
import { SqsUnderTest } from "./sqs-under-test.ts";

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
    [
      "8cbe4db156db8a94db8b801b7addb984",
      { attr1: binary("traceparent\u001e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01") },
    ],
  ])("are, over attributes, %s as on AWS", async (digest, attributes) => {
    const answer = await sqs.call("SendMessage", {
      QueueUrl: queueUrl,
      MessageBody: "msg",
      MessageAttributes: attributes,
    });

    expect(answer.MD5OfMessageAttributes).toBe(digest);
  });

  test("cover the system attributes apart from the others", async () => {
    const answer = await sqs.call("SendMessage", {
      QueueUrl: queueUrl,
      MessageBody: "msg",
      MessageSystemAttributes: { AWSTraceHeader: text("Root=1-5759e988-bd862e3fe1be46a994272793") },
    });

    expect(answer.MD5OfMessageSystemAttributes).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.MD5OfMessageAttributes).toBeUndefined();
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
    ["an unknown type", { a: { DataType: "Text", StringValue: "x" } }],
    ["an empty value", { a: text("") }],
    ["a number that is none", { a: { DataType: "Number", StringValue: "ten" } }],
    ["a character that is not allowed", { a: text("\u0000") }],
  ])("are refused with %s", async (_reason, attributes) => {
    const refused = sqs.send(queueUrl, "msg", { MessageAttributes: attributes });

    await expect(refused).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });

  test("come back as they were sent, custom types and binary ones included", async () => {
    const attributes = {
      count: { DataType: "Number.int", StringValue: "10" },
      raw: { DataType: "Binary.gzip", BinaryValue: Buffer.from([0, 1, 255]).toString("base64") },
      "trace.id": text("a"),
    };
    await sqs.send(queueUrl, "msg", { MessageAttributes: attributes });

    const message = await sqs.receiveOne(queueUrl, { MessageAttributeNames: ["All"] });

    expect(message.MessageAttributes).toEqual(attributes);
  });

  test("come back by name or prefix, with the digest of what comes", async () => {
    await sqs.send(queueUrl, "msg", {
      MessageAttributes: { Hello: text("There"), General: text("Kenobi"), "Help.Me": text("Me") },
    });

    const byPrefix = await sqs.receiveOne(queueUrl, { MessageAttributeNames: ["Hel.*"], VisibilityTimeout: 0 });
    const byName = await sqs.receiveOne(queueUrl, { MessageAttributeNames: ["Hello", "None"], VisibilityTimeout: 0 });
    const none = await sqs.receiveOne(queueUrl);

    expect(Object.keys(byPrefix.MessageAttributes ?? {})).toEqual(["Hello", "Help.Me"]);
    expect(byName.MD5OfMessageAttributes).toBe("a311262e065454b75da111d535b8dacd");
    expect(none).not.toHaveProperty("MessageAttributes");
  });

  test("of the system come back as attributes of the message", async () => {
    const trace = "Root=1-5759e988-bd862e3fe1be46a994272793";
    await sqs.send(queueUrl, "msg", {
      MessageGroupId: "tenant-7",
      MessageSystemAttributes: { AWSTraceHeader: text(trace) },
    });

    const message = await sqs.receiveOne(queueUrl);

    expect(message.Attributes).toMatchObject({ MessageGroupId: "tenant-7", AWSTraceHeader: trace });
  });

  test.each([
    ["an unknown system attribute", { MessageSystemAttributes: { Other: text("x") } }],
    ["a group with a space", { MessageGroupId: "a b" }],
    ["a deduplication id, on a standard queue", { MessageDeduplicationId: "a" }],
    ["a delay above 900 seconds", { DelaySeconds: 901 }],
  ])("are refused with %s", async (_reason, more) => {
    await expect(sqs.send(queueUrl, "msg", more)).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });
});

function text(value: string): object {
  return { DataType: "String", StringValue: value };
}

function binary(value: string): object {
  return { DataType: "Binary", BinaryValue: Buffer.from(value).toString("base64") };
}
