import { input, setting } from "./reading.ts";
import type { Rule } from "./rule.ts";

const types = ["aws:cloudwatch/logGroup:LogGroup"];

export const logRules: Rule[] = [
  {
    ids: ["CKV_AWS_66"],
    says: "ends some day",
    types,
    holds: (resource) => Number(input(resource, "retentionInDays")) > 0,
    spoil: setting("retentionInDays", undefined),
  },
  {
    ids: ["CKV_AWS_158"],
    says: "is encrypted with a key of the stack's own",
    types,
    holds: (resource) => Boolean(input(resource, "kmsKeyId")),
    spoil: setting("kmsKeyId", undefined),
  },
  {
    ids: ["CKV_AWS_338"],
    says: "is kept for a year",
    types,
    holds: (resource) => Number(input(resource, "retentionInDays")) >= 365,
  },
];
