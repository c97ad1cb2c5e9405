import { input, setting } from "./reading.ts";
import { plainConfigurations, type Rule } from "./rule.ts";

const absentIn = plainConfigurations;

export const backupRules: Rule[] = [
  {
    ids: ["CKV_AWS_166"],
    says: "is encrypted with a key of the stack's own",
    types: ["aws:backup/vault:Vault"],
    absentIn,
    holds: (resource) => Boolean(input(resource, "kmsKeyArn")),
    spoil: setting("kmsKeyArn", undefined),
  },
  {
    ids: ["sluice-backup-ends"],
    says: "deletes its backups some day",
    types: ["aws:backup/plan:Plan"],
    absentIn,
    holds: (resource) => Number(input(resource, "rules.0.lifecycle.deleteAfter")) > 0,
    spoil: setting("rules.0.lifecycle", undefined),
  },
];
