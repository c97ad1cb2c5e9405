import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock, systemClock } from "../../runtime/clock.ts";
import { Credentials } from "../gateway/credentials.ts";
import { Gateway } from "../gateway/gateway.ts";
import { queryEmulator } from "../gateway/query-protocol.ts";
import { serveApis } from "../gateway/serve-apis.ts";
import { emptyAccount } from "../gateway/testing/empty-account.ts";
import { matchesFilter } from "./matches-filter.ts";
import { type Delivery, envelopeOf, readFilterPolicy, Sns, type Subscription, snsNamespace } from "./sns.ts";

const topicArn = "arn:aws:sns:eu-central-1:000000000000:events";
const fifoTopicArn = `${topicArn}.fifo`;

describe("a publish by the SDK", () => {
  let gateway: Gateway;
  let client: SNSClient;
  let received: Delivery[];

  beforeEach(async () => {
    const credentials = new Credentials();
    gateway = new Gateway(credentials, systemClock);
    await gateway.listen();
    received = [];
    const sns = createSns([{ protocol: "email", deliver: async (delivery) => void received.push(delivery) }]);
    const statements = [{ Effect: "Allow" as const, Action: "sns:Publish", Resource: [topicArn, fifoTopicArn] }];
    serveApis(
      gateway,
      { sns: queryEmulator(snsNamespace, ({ action, input }) => sns.handle(action, input)) },
      new Map([["publisher", { arn: "arn:role", statements }]]),
      emptyAccount(),
    );
    client = new SNSClient({
      endpoint: gateway.endpoint,
      region: "eu-central-1",
      credentials: credentials.issue({ roleArn: "arn:role", holder: "function/publisher" }),
      maxAttempts: 1,
    });
  });
  afterEach(async () => {
    client.destroy();
    await gateway.close();
  });

  it("carries the text of the protocol, the subject and the attributes", async () => {
    const text = "né <&> 🦆\n";

    const { MessageId } = await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: "A subject",
        MessageStructure: "json",
        Message: JSON.stringify({ default: "x", email: text }),
        MessageAttributes: { owner: { DataType: "String", StringValue: "a|b" } },
      }),
    );

    expect(received).toMatchObject([
      { messageId: MessageId, subject: "A subject", text, attributes: { owner: "a|b" } },
    ]);
  });

  it.each([
    ["an unknown topic", { TopicArn: `${topicArn}-2` }, "AccessDenied"],
    ["a subject of 100 characters", { Subject: "x".repeat(100) }, "InvalidParameter"],
    ["a subject with a line break", { Subject: "x\ny" }, "InvalidParameter"],
    ["no group for a FIFO topic", { TopicArn: fifoTopicArn, MessageDeduplicationId: "x" }, "InvalidParameter"],
    ["no default text", { MessageStructure: "json", Message: "{}" }, "InvalidParameter"],
  ])("with %s is refused", async (_name, changes, code) => {
    const sent = client.send(new PublishCommand({ TopicArn: topicArn, Message: "x", ...changes }));

    await expect(sent).rejects.toThrow(code === "AccessDenied" ? "not authorized" : /expected/i);
    expect(received).toEqual([]);
  });
});

describe("a delivery", () => {
  it("goes to the subscriptions whose filter admits it", async () => {
    const received: string[] = [];
    const subscribe = (name: string, filter: object | undefined) => ({
      deliver: async () => void received.push(name),
      filter: readFilterPolicy(filter && JSON.stringify(filter)),
    });
    const sns = createSns([
      subscribe("all", undefined),
      subscribe("failed", { state: ["failed"] }),
      subscribe("counts", { type: ["word-frequency"] }),
    ]);

    sns.publish(topicArn, { default: "x" }, undefined, { state: "failed", type: "echo" });
    await sns.close();

    expect(received).toEqual(["all", "failed"]);
  });

  it("that fails is logged and given up to the dead-letter queue, and the others go on", async () => {
    const received: string[] = [];
    const lines: string[] = [];
    const broken = {
      deliver: () => Promise.reject(new Error("no such queue")),
      giveUp: async ({ text }: Delivery) => void received.push(`given up: ${text}`),
    };
    const sns = createSns([broken, { deliver: async ({ text }) => void received.push(text) }], lines);

    sns.publish(topicArn, { default: "x" }, undefined, {});
    await sns.close();

    expect(received.sort()).toEqual(["given up: x", "x"]);
    expect(lines.join()).toContain("no such queue");
  });

  it("to a program is SNS's envelope", () => {
    const attributes = { state: "failed" };
    const delivery = {
      messageId: "m",
      topicArn,
      subscriptionArn: "s",
      subject: undefined,
      text: "{}",
      attributes,
      at: 0,
    };

    expect(envelopeOf(delivery)).toEqual({
      Type: "Notification",
      MessageId: "m",
      TopicArn: topicArn,
      Message: "{}",
      Timestamp: "1970-01-01T00:00:00.000Z",
      MessageAttributes: { state: { Type: "String", Value: "failed" } },
    });
  });
});

describe("a filter", () => {
  const attributes = { type: "word-frequency", state: "failed", owner: "https://issuer|alice" };

  it.each([
    [{ state: ["failed", "cancelled"] }, true],
    [{ state: ["cancelled"] }, false],
    [{ state: ["failed"], type: ["echo"] }, false],
    [{ type: [{ prefix: "word-" }] }, true],
    [{ owner: [{ suffix: "|bob" }, { suffix: "|alice" }] }, true],
    [{ state: [{ "anything-but": "succeeded" }] }, true],
    [{ state: [{ "anything-but": ["succeeded", "failed"] }] }, false],
    [{ type: [{ "anything-but": { prefix: "word" } }] }, false],
    [{}, true],
  ])("%j admits the event: %s", (policy, isAdmitted) => {
    expect(matchesFilter(policy, attributes)).toBe(isAdmitted);
  });

  it("admits no message without the attribute", () => {
    expect(matchesFilter({ state: [{ "anything-but": "failed" }] }, {})).toBe(false);
  });
});

function createSns(subscriptions: Partial<Subscription>[], lines: string[] = []): Sns {
  const sns = new Sns({ clock: new ManualClock(), onLine: (source, line) => lines.push(`${source} ${line}`) });
  sns.createTopic(topicArn);
  sns.createTopic(fifoTopicArn);
  for (const [index, subscription] of subscriptions.entries()) {
    const arn = `${topicArn}:${index}`;
    sns.subscribe({ arn, topicArn, protocol: "sqs", filter: undefined, deliver: async () => {}, ...subscription });
  }
  return sns;
}
