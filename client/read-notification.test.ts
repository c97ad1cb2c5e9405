import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isSnsUrl, readNotification, signedText } from "./read-notification.ts";

const topicArn = "arn:aws:sns:eu-central-1:123456789012:events";
const certificateUrl = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem";
const confirmUrl = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const event = {
  v: 1,
  id: "0123",
  jobId: "job-1",
  owner: "alice",
  type: "echo",
  state: "succeeded",
  createdAt: "2026-01-02T03:04:05.000Z",
  attempts: 1,
};
const notification = {
  Type: "Notification",
  MessageId: "m-1",
  TopicArn: topicArn,
  Subject: "Job job-1 (echo) succeeded",
  Message: JSON.stringify(event),
  Timestamp: "2026-01-02T03:04:06.000Z",
};

/** The text to sign, from AWS's documentation and not from the code: sns-verify-signature-of-message. */
const documentedText = `Message\n${notification.Message}\nMessageId\nm-1\nSubject\n${notification.Subject}\nTimestamp\n${notification.Timestamp}\nTopicArn\n${topicArn}\nType\nNotification\n`;

describe("a notification", () => {
  it("with SNS's signature is an event", async () => {
    const signature = sign("sha256", Buffer.from(documentedText), privateKey).toString("base64");

    const read = await readNotification(bodyOf(notification, { Signature: signature }), { topicArn, fetch: answer });

    expect(read).toEqual({ kind: "event", event });
  });

  it("without a subject is an event too", async () => {
    const { Subject, ...rest } = notification;

    const read = await readNotification(bodyOf(rest, {}), { topicArn, fetch: answer });

    expect(read).toEqual({ kind: "event", event });
  });

  it.each([
    ["another text", { Message: JSON.stringify({ ...event, state: "failed" }) }],
    ["another subject", { Subject: "x" }],
    ["no signature", { Signature: "" }],
    ["another key's signature", { Signature: Buffer.alloc(256, 1).toString("base64") }],
    ["a signature by SHA-1", { SignatureVersion: "1" }],
    ["a certificate elsewhere", { SigningCertURL: "https://evil.example.com/sns.eu-central-1.amazonaws.com.pem" }],
    ["a type that SNS does not have", { Type: "Trust" }],
  ])("with %s is refused", async (_name, changes) => {
    const body = JSON.stringify({ ...JSON.parse(bodyOf(notification, {})), ...changes });

    await expect(readNotification(body, { topicArn, fetch: answer })).rejects.toMatchObject({ code: "notification" });
  });

  it("of another topic is refused, although SNS signed it", async () => {
    const body = bodyOf({ ...notification, TopicArn: `${topicArn}-of-mallory` }, {});

    await expect(readNotification(body, { topicArn, fetch: answer })).rejects.toThrow("expected a message of");
  });

  it("never makes the receiver fetch from a host that is not SNS's", async () => {
    const fetched: string[] = [];
    const body = bodyOf(notification, { SigningCertURL: "https://evil.example.com/x.pem" });
    const get = async (url: string) => {
      fetched.push(url);
      return answer(url);
    };

    await expect(readNotification(body, { topicArn, fetch: get })).rejects.toThrow("evil.example.com");
    expect(fetched).toEqual([]);
  });
});

describe("a request to confirm", () => {
  const request = { ...notification, Type: "SubscriptionConfirmation", Token: "t", SubscribeURL: confirmUrl };

  it("is confirmed by fetching its URL", async () => {
    const fetched: string[] = [];
    const get = async (url: string) => {
      fetched.push(url);
      return answer(url);
    };

    const read = await readNotification(bodyOf(request, {}), { topicArn, fetch: get });
    if (read.kind === "confirmation") await read.confirm();

    expect(fetched).toEqual([certificateUrl, confirmUrl]);
  });

  it("is refused when its URL leads elsewhere", async () => {
    const body = bodyOf({ ...request, SubscribeURL: "http://169.254.169.254/" }, {});

    await expect(readNotification(body, { topicArn, fetch: answer })).rejects.toThrow("169.254.169.254");
  });
});

it.each([
  ["https://sns.eu-central-1.amazonaws.com/a.pem", true],
  ["http://sns.eu-central-1.amazonaws.com/a.pem", false],
  ["https://sns.eu-central-1.amazonaws.com.evil.example/a.pem", false],
  ["https://sns.eu-central-1.amazonaws.com@evil.example/a.pem", false],
  ["https://sns.eu-central-1.amazonaws.com:444/a.pem", false],
  ["https://bucket.s3.amazonaws.com/a.pem", false],
  ["nonsense", false],
])("tells if %s is SNS's: %s", (url, isOfSns) => {
  expect(isSnsUrl(url)).toBe(isOfSns);
});

function bodyOf(message: Record<string, string>, changes: Record<string, string>): string {
  const Signature = sign("sha256", Buffer.from(signedText(message)), privateKey).toString("base64");
  return JSON.stringify({ ...message, SignatureVersion: "2", Signature, SigningCertURL: certificateUrl, ...changes });
}

async function answer(_url: string) {
  return { ok: true, status: 200, text: async () => publicKey.export({ type: "spki", format: "pem" }).toString() };
}
