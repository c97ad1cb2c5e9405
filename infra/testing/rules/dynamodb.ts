import { input, setting } from "./reading.ts";
import type { Rule } from "./rule.ts";

const types = ["aws:dynamodb/table:Table"];

export const dynamodbRules: Rule[] = [
  {
    ids: ["CKV_AWS_28", "AwsSolutions-DDB3"],
    says: "can be restored to any second of the last weeks",
    types,
    holds: (resource) => input(resource, "pointInTimeRecovery.enabled") === true,
    spoil: setting("pointInTimeRecovery.enabled", false),
  },
  {
    ids: ["CKV_AWS_119", "dynamodb-table-encryption-enabled"],
    says: "is encrypted with a key of the stack's own",
    types,
    holds: (resource) =>
      input(resource, "serverSideEncryption.enabled") === true &&
      Boolean(input(resource, "serverSideEncryption.kmsKeyArn")),
    spoil: setting("serverSideEncryption.kmsKeyArn", undefined),
  },
  {
    ids: ["CKV2_AWS_16"],
    says: "has as much throughput as is asked of it",
    types,
    holds: (resource) => input(resource, "billingMode") === "PAY_PER_REQUEST",
    spoil: setting("billingMode", "PROVISIONED"),
  },
  {
    // docs/decisions/0013-new-tables.md
    ids: ["sluice-warm-throughput-undeclared"],
    says: "leaves warm throughput, which only rises, to DynamoDB",
    types,
    holds: ({ inputs }) => !JSON.stringify(inputs).includes("warmThroughput"),
    spoil: setting("globalSecondaryIndexes", [{ name: "byState", warmThroughput: { writeUnitsPerSecond: 10_000 } }]),
  },
];
