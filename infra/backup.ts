import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { backupStatements } from "./backup/backup-statements.ts";
import type { Config } from "./config.ts";
import { createFunction } from "./function.ts";
import { guarded } from "./guarded.ts";
import { serviceRole } from "./iam.ts";
import type { Keys } from "./keys.ts";
import type { JobStorage } from "./storage.ts";

/** Scheduled backups of the jobs table and the buckets, and the function that logs each one. */
export interface Backup {
  vault: aws.backup.Vault;
  function: aws.lambda.Function;
}

export interface BackupArgs {
  config: Config;
  keys: Keys;
  storage: JobStorage;
  /** Undefined without drops. */
  dropBucket: aws.s3.Bucket | undefined;
}

/** Creates nothing if backups are off. */
export function createBackup(
  name: string,
  { config, keys, storage, dropBucket }: BackupArgs,
  options: pulumi.ComponentResourceOptions,
): Backup | undefined {
  if (config.backup === "off") return undefined;
  const own = { parent: new pulumi.ComponentResource("sluice:index:Backup", name, {}, options) };
  const vault = new aws.backup.Vault(
    name,
    { forceDestroy: !config.protectData, ...(keys.arn ? { kmsKeyArn: keys.arn } : {}) },
    { ...own, ...guarded(config) },
  );
  const logger = createFunction(
    name,
    {
      entry: "services/backup/handler.ts",
      description: "Logs each state change of a backup job",
      environment: {},
      statements: [],
      keys,
      timeoutSeconds: 10,
      memoryMegabytes: 256,
    },
    config,
    own,
  );
  const listening = sendStateChanges(name, vault, logger, own);
  const buckets = [storage.bucket, ...(dropBucket ? [dropBucket] : [])];
  const { role, policy } = serviceRole(
    `${name}-job`,
    {
      service: "backup.amazonaws.com",
      statements: backupStatements({ vault, table: storage.table, buckets, keys }, own),
    },
    own,
  );
  new aws.backup.Selection(
    name,
    {
      planId: createPlan(name, config, vault, own).id,
      iamRoleArn: role.arn,
      resources: [storage.table.arn, ...buckets.map(({ arn }) => arn)],
    },
    // No backup before its end can be logged.
    { ...own, dependsOn: [policy, ...listening] },
  );
  return { vault, function: logger };
}

/** AWS Backup starts a job within the start window. The alarm for missing backups allows a day and two hours. */
function createPlan(
  name: string,
  { backup, backupDays }: Config,
  vault: aws.backup.Vault,
  options: pulumi.CustomResourceOptions,
): aws.backup.Plan {
  return new aws.backup.Plan(
    name,
    {
      rules: [
        {
          ruleName: backup,
          targetVaultName: vault.name,
          schedule: backup === "hourly" ? "cron(0 * * * ? *)" : "cron(0 3 * * ? *)",
          startWindow: 60,
          completionWindow: 720,
          lifecycle: { deleteAfter: backupDays },
        },
      ],
    },
    options,
  );
}

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html */
function sendStateChanges(
  name: string,
  vault: aws.backup.Vault,
  target: aws.lambda.Function,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const rule = new aws.cloudwatch.EventRule(
    name,
    {
      description: "A backup job of this stack has changed its state",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.backup"],
        "detail-type": ["Backup Job State Change"],
        detail: { backupVaultName: [vault.name] },
      }),
    },
    options,
  );
  const permission = new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      function: target.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    options,
  );
  return [new aws.cloudwatch.EventTarget(name, { rule: rule.name, arn: target.arn }, options), permission];
}
