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

const queue = "aws:sqs/queue:Queue";
const policy = "aws:sqs/queuePolicy:QueuePolicy";
const redriveAllow = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy";

export const sqsRules: Rule[] = [
  {
    ids: ["CKV_AWS_27", "AwsSolutions-SQS2"],
    says: "is encrypted",
    types: [queue],
    holds: (resource) => input(resource, "sqsManagedSseEnabled") === true || Boolean(input(resource, "kmsMasterKeyId")),
    spoil: (resource) => {
      setting("sqsManagedSseEnabled", false)(resource);
      setting("kmsMasterKeyId", undefined)(resource);
    },
  },
  {
    ids: ["CKV2_AWS_73"],
    says: "is encrypted with a key of the stack's own",
    types: [queue],
    holds: (resource) => Boolean(input(resource, "kmsMasterKeyId")),
  },
  {
    ids: ["AwsSolutions-SQS3"],
    says: "has a dead-letter queue, or is one",
    types: [queue],
    holds: (resource, program) =>
      input(resource, "redrivePolicy") !== undefined || companions(program, resource, redriveAllow).length > 0,
    spoil: (resource, program) => {
      setting("redrivePolicy", undefined)(resource);
      without(redriveAllow)(resource, program);
    },
  },
  {
    ids: ["AwsSolutions-SQS4"],
    says: "refuses requests in plain text",
    types: [queue],
    holds: (resource, program) =>
      companions(program, resource, policy).some((found) => refusesPlaintext(statements(found), "sqs:SendMessage")),
    spoil: without(policy),
  },
  {
    ids: ["CKV_AWS_168", "CKV_AWS_72", "CKV_AWS_387"],
    says: "lets nobody in by a wildcard, of principals or of actions",
    types: [policy],
    holds: (resource) =>
      allowing(statements(resource)).every(
        (statement) =>
          principals(statement).every((principal) => principal !== "*") &&
          statement.Action.every((action) => !action.includes("*")),
      ),
    spoil: rewriting("policy", (found) => found.map((statement) => ({ ...statement, Effect: "Allow" }))),
  },
  {
    ids: ["sluice-redrive-by-queue"],
    says: "takes dead letters from the queues it names only",
    types: [redriveAllow],
    holds: (resource) => JSON.parse(String(input(resource, "redriveAllowPolicy"))).redrivePermission === "byQueue",
    spoil: setting("redriveAllowPolicy", '{"redrivePermission":"allowAll"}'),
  },
];
