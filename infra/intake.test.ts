import { beforeAll, describe, expect, it } from "vitest";
import { admits, type Principal, resourcePolicySchema } from "../local/gateway/resource-policy.ts";
import { ofType, type Recorded, recordProgram } from "./testing/record-program.ts";
import { statements } from "./testing/rules/reading.ts";
import { configurations } from "./testing/rules/recordings.ts";

const ownAccount = "123456789012";
const inboxArn = "arn:aws:paper:eu-central-1:123456789012:queue/intake-inbox";

let off: Recorded;
let on: Recorded;
let messagesOnly: Recorded;
beforeAll(async () => {
  const { stack, settings } = configurations["all-options"];
  [off, on, messagesOnly] = await Promise.all([
    recordProgram(),
    recordProgram(settings, stack),
    recordProgram({ "sluice:senders": '["111122223333"]', "sluice:intakeOwner": "123456789012.AROAEXAMPLE" }),
  ]);
});

const policyOf = (recorded: Recorded, name: string) => {
  const found = ofType(recorded, "aws:sqs/queuePolicy:QueuePolicy").find((one) => one.name === name);
  return resourcePolicySchema.parse(JSON.parse(String(found?.inputs.policy)));
};

interface Sending {
  by: Principal;
  sourceArn?: string;
  sourceAccount?: string;
  action?: string;
  secure?: boolean;
}

/** Tells if the inbox's policy admits a request. */
function isAdmitted({ by, sourceArn, sourceAccount, action = "sqs:SendMessage", secure = true }: Sending): boolean {
  return admits(policyOf(on, "intake-inbox"), by, {
    action,
    resource: inboxArn,
    context: {
      "aws:SecureTransport": [String(secure)],
      ...(sourceArn ? { "aws:SourceArn": [sourceArn] } : {}),
      ...(sourceAccount ? { "aws:SourceAccount": [sourceAccount] } : {}),
    },
  });
}

const s3 = { service: "s3.amazonaws.com" };
const sns = { service: "sns.amazonaws.com" };
const eventBridge = { service: "events.amazonaws.com" };
const partner = { arn: "arn:aws:iam::111122223333:role/sender" };
const dropBucketArn = "arn:aws:paper:eu-central-1:123456789012:bucket/intake-drop";
const topicArn = "arn:aws:sns:eu-central-1:444455556666:orders";
const ruleArn = "arn:aws:events:eu-central-1:123456789012:rule/nightly";

describe("the inbox", () => {
  it.each<[string, Sending]>([
    ["the drop bucket", { by: s3, sourceArn: dropBucketArn, sourceAccount: ownAccount }],
    ["a listed bucket", { by: s3, sourceArn: "arn:aws:s3:::team-files", sourceAccount: ownAccount }],
    ["a listed topic", { by: sns, sourceArn: topicArn, sourceAccount: "444455556666" }],
    ["a listed rule", { by: eventBridge, sourceArn: ruleArn, sourceAccount: ownAccount }],
    ["a role of a listed account", { by: partner }],
  ])("admits %s", (_sender, sending) => {
    expect(isAdmitted(sending)).toBe(true);
  });

  it.each<[string, Sending]>([
    ["another bucket", { by: s3, sourceArn: "arn:aws:s3:::other-files", sourceAccount: ownAccount }],
    [
      "a bucket of a listed name in another account",
      { by: s3, sourceArn: "arn:aws:s3:::team-files", sourceAccount: "999" },
    ],
    [
      "a bucket whose name begins with a listed one",
      { by: s3, sourceArn: "arn:aws:s3:::team-files-2", sourceAccount: ownAccount },
    ],
    ["a service without a source", { by: s3 }],
    ["another topic", { by: sns, sourceArn: `${topicArn}-2`, sourceAccount: "444455556666" }],
    [
      "a listed topic's ARN from another service",
      { by: eventBridge, sourceArn: topicArn, sourceAccount: "444455556666" },
    ],
    ["another rule", { by: eventBridge, sourceArn: "arn:aws:events:eu-central-1:999999999999:rule/nightly" }],
    [
      "another service",
      { by: { service: "lambda.amazonaws.com" }, sourceArn: dropBucketArn, sourceAccount: ownAccount },
    ],
    ["a role of another account", { by: { arn: "arn:aws:iam::999999999999:role/sender" } }],
    ["a topic's account without its topic", { by: { arn: "arn:aws:iam::444455556666:role/sender" } }],
    ["a listed account that would read", { by: partner, action: "sqs:ReceiveMessage" }],
    ["a listed account without TLS", { by: partner, secure: false }],
  ])("refuses %s", (_sender, sending) => {
    expect(isAdmitted(sending)).toBe(false);
  });

  it("lets no sender reach its dead-letter queue", () => {
    const policy = policyOf(on, "intake-inbox-dead");

    expect(policy.Statement.filter(({ Effect }) => Effect === "Allow")).toEqual([]);
  });

  it("is the only way in without rules for files", () => {
    const names = messagesOnly.registrations.filter(({ name }) => name.startsWith("intake")).map(({ type }) => type);

    expect(names.filter((type) => type.startsWith("aws:s3"))).toEqual([]);
    expect(names).toContain("aws:lambda/eventSourceMapping:EventSourceMapping");
    expect(messagesOnly.outputs.dropBucketName).toBeUndefined();
  });
});

it("files and messages are no way in by default, and no resource is registered for them", () => {
  const intake = off.registrations.filter(({ name }) => /intake|inbox|drop/.test(name));

  expect(intake).toEqual([]);
});

it("the intake may do what submitting takes, read its sources, and use its queues", () => {
  const role = ofType(on, "aws:iam/rolePolicy:RolePolicy").find(({ name }) => name === "intake");
  const submit = ofType(on, "aws:iam/rolePolicy:RolePolicy").find(({ name }) => name === "api-submit");
  if (!role || !submit) throw new Error("expected the policies of both functions");
  const ofSubmit = new Set(statements(submit).map((statement) => JSON.stringify(statement)));

  const own = statements(role).filter((statement) => !ofSubmit.has(JSON.stringify(statement)));

  const logs = own.filter(({ Action }) => Action.every((action) => action.startsWith("logs:")));
  expect(logs).toHaveLength(1);
  expect(
    own.filter((statement) => !logs.includes(statement)).map(({ Action, Resource }) => [Action, Resource]),
  ).toEqual([
    [["s3:AbortMultipartUpload"], ["arn:aws:paper:eu-central-1:123456789012:bucket/jobs-artifacts/inputs/*"]],
    [["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], [inboxArn]],
    [["sqs:SendMessage"], ["arn:aws:paper:eu-central-1:123456789012:queue/intake-inbox-dead"]],
    [
      ["s3:GetObject", "s3:GetObjectVersion"],
      [`${dropBucketArn}/*`, "arn:aws:s3:::team-files/*"],
    ],
    [["s3:ListBucket"], [dropBucketArn, "arn:aws:s3:::team-files"]],
  ]);
});

it("a message returns to the inbox only after the function's time is over", () => {
  const inbox = ofType(on, "aws:sqs/queue:Queue").find(({ name }) => name === "intake-inbox");
  const intake = ofType(on, "aws:lambda/function:Function").find(({ name }) => name === "intake");

  expect(inbox?.inputs.visibilityTimeoutSeconds).toBe(6 * Number(intake?.inputs.timeout));
});
