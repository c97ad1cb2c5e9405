import { allowing, input, principals, rewriting, setting, statements } from "./reading.ts";
import { plainConfigurations, type Rule } from "./rule.ts";

const types = ["aws:kms/key:Key"];
const absentIn = plainConfigurations;

export const kmsRules: Rule[] = [
  {
    ids: ["CKV_AWS_7", "AwsSolutions-KMS5", "cmk-backing-key-rotation-enabled"],
    says: "is rotated",
    types,
    absentIn,
    holds: (resource) => input(resource, "enableKeyRotation") === true,
    spoil: setting("enableKeyRotation", false),
  },
  {
    ids: ["CKV_AWS_33"],
    says: "is for nobody by a wildcard",
    types,
    absentIn,
    holds: (resource) => allowing(statements(resource)).every((statement) => !principals(statement).includes("*")),
    spoil: rewriting("policy", (found) => found.map((statement) => ({ ...statement, Principal: "*" }))),
  },
  {
    ids: ["sluice-key-by-name"],
    says: "is for nobody by a wildcard, unless conditions name who is meant",
    types,
    absentIn,
    holds: (resource) =>
      allowing(statements(resource))
        .filter((statement) => principals(statement).includes("*"))
        .every(
          ({ Condition }) =>
            Condition?.StringEquals?.["kms:CallerAccount"] !== undefined &&
            Condition?.ArnEquals?.["aws:PrincipalArn"] !== undefined,
        ),
    spoil: rewriting("policy", (found) => found.map((statement) => ({ ...statement, Principal: "*" }))),
  },
  {
    ids: ["CKV2_AWS_64"],
    says: "states its policy, with the account at the head of it",
    types,
    absentIn,
    holds: (resource) =>
      allowing(statements(resource)).some((statement) => principals(statement).some((one) => one.endsWith(":root"))),
    spoil: setting("policy", undefined),
  },
  ...["cloudwatch.amazonaws.com", "events.amazonaws.com"].map(
    (service): Rule => ({
      ids: [`sluice-key-for-${service.split(".")[0]}`],
      says: `lets ${service} encrypt what it tells the alarm topic; without it, it tells nothing, and nobody hears of that`,
      types,
      absentIn,
      holds: (resource) =>
        allowing(statements(resource)).some(
          (statement) =>
            principals(statement).includes(service) &&
            ["kms:Decrypt", "kms:GenerateDataKey"].every((action) => statement.Action.includes(action)),
        ),
      spoil: rewriting("policy", (found) => found.filter((statement) => !principals(statement).includes(service))),
    }),
  ),
  {
    ids: ["sluice-key-for-one-log"],
    says: "serves logs of this account only",
    types,
    absentIn,
    holds: (resource) =>
      allowing(statements(resource))
        .filter((statement) => principals(statement).some((one) => one.startsWith("logs.")))
        .every(({ Condition }) => Condition?.ArnLike?.["kms:EncryptionContext:aws:logs:arn"] !== undefined),
    spoil: rewriting("policy", (found) => found.map(({ Condition, ...statement }) => statement)),
  },
];
