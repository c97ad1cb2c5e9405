import {
  allowing,
  companions,
  input,
  principals,
  refusesPlaintext,
  rewriting,
  setting,
  statements,
  without,
} from "./reading.ts";
import type { Rule } from "./rule.ts";

const topic = "aws:sns/topic:Topic";
const policy = "aws:sns/topicPolicy:TopicPolicy";

export const snsRules: Rule[] = [
  {
    ids: ["CKV_AWS_26"],
    says: "is encrypted with a key that CloudWatch may use",
    types: [topic],
    holds: (resource) =>
      Boolean(input(resource, "kmsMasterKeyId")) && input(resource, "kmsMasterKeyId") !== "alias/aws/sns",
    spoil: setting("kmsMasterKeyId", "alias/aws/sns"),
  },
  {
    ids: ["AwsSolutions-SNS3"],
    says: "refuses what is published in plain text",
    types: [topic],
    holds: (resource, program) =>
      companions(program, resource, policy).some((found) => refusesPlaintext(statements(found), "sns:Publish")),
    spoil: without(policy),
  },
  {
    ids: ["CKV_AWS_169", "CKV_AWS_385"],
    says: "takes messages from services only, from no principal of this or another account",
    types: [policy],
    holds: (resource) =>
      allowing(statements(resource)).every(({ Action, Principal, ...rest }) => {
        const named = principals({ Action, Principal, ...rest });
        return (
          Action.join() === "sns:Publish" && named.length > 0 && named.every((one) => one.endsWith(".amazonaws.com"))
        );
      }),
    spoil: rewriting("policy", (found) => found.map((statement) => ({ ...statement, Principal: "*" }))),
  },
  {
    ids: ["sluice-topic-source-account"],
    says: "takes messages of a service for this account only, where the service says for which it acts",
    types: [policy],
    holds: (resource) =>
      allowing(statements(resource))
        .filter((statement) => !principals(statement).includes("events.amazonaws.com"))
        .every(({ Condition }) => Condition?.StringEquals?.["aws:SourceAccount"] !== undefined),
    spoil: rewriting("policy", (found) => found.map(({ Condition, ...statement }) => statement)),
  },
  {
    ids: ["sluice-topic-hears-events"],
    says: "sets EventBridge no condition, which it could not meet",
    types: [policy],
    holds: (resource) =>
      allowing(statements(resource)).some(
        (statement) => principals(statement).join() === "events.amazonaws.com" && statement.Condition === undefined,
      ),
    spoil: rewriting("policy", (found) =>
      found.map((statement) => ({
        ...statement,
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      })),
    ),
  },
];
