import { expect, it } from "vitest";
import { ofType, type Recorded, recordProgram } from "./testing/record-program.ts";

const arn = "arn:aws:paper:eu-central-1:123456789012";
const settings = {
  "sluice:backup": "daily",
  "sluice:backupDays": "10",
  "sluice:drops": '[{"type":"echo"}]',
  "sluice:intakeOwner": "123456789012.AROAEXAMPLE",
};

it("the plan backs up the jobs table and both buckets each day, for the configured days", async () => {
  const recorded = await recordProgram(settings);

  expect(inputsOf(recorded, "aws:backup/plan:Plan").rules).toMatchObject([
    { targetVaultName: "backup", schedule: "cron(0 3 * * ? *)", lifecycle: { deleteAfter: 10 } },
  ]);
  expect(inputsOf(recorded, "aws:backup/selection:Selection").resources).toEqual([
    `${arn}:table/jobs`,
    `${arn}:bucket/jobs-artifacts`,
    `${arn}:bucket/intake-drop`,
  ]);
});

it("AWS Backup's role names the stack's resources, but for four actions that know none", async () => {
  const recorded = await recordProgram(settings);
  const policy = ofType(recorded, "aws:iam/rolePolicy:RolePolicy").find(({ name }) => name === "backup-job");
  const { Statement } = JSON.parse(String(policy?.inputs.policy)) as {
    Statement: { Action: string[]; Resource: string[] }[];
  };

  expect(Statement.filter(({ Resource }) => Resource.includes("*")).flatMap(({ Action }) => Action)).toEqual([
    "cloudwatch:GetMetricData",
    "events:ListRules",
    "s3:ListAllMyBuckets",
    "tag:GetResources",
  ]);
  const resources = Statement.flatMap(({ Resource }) => Resource).filter((one) => one !== "*");
  expect(new Set(resources.map((one) => one.replace(/(\/backup)?\/\*$/, "")))).toEqual(
    new Set([
      `${arn}:vault/backup`,
      `${arn}:table/jobs`,
      `${arn}:bucket/jobs-artifacts`,
      `${arn}:bucket/intake-drop`,
      "arn:aws:events:eu-central-1:123456789012:rule/AwsBackupManagedRule*",
    ]),
  );
});

it("the vault's state changes go to the function, which only EventBridge may call for this rule", async () => {
  const recorded = await recordProgram(settings);
  const rule = ofType(recorded, "aws:cloudwatch/eventRule:EventRule").find(({ name }) => name === "backup");
  const target = ofType(recorded, "aws:cloudwatch/eventTarget:EventTarget").find(({ name }) => name === "backup");
  const permission = ofType(recorded, "aws:lambda/permission:Permission").find(({ name }) => name === "backup");

  expect(JSON.parse(String(rule?.inputs.eventPattern))).toEqual({
    source: ["aws.backup"],
    "detail-type": ["Backup Job State Change"],
    detail: { backupVaultName: ["backup"] },
  });
  expect(target?.inputs).toEqual({ rule: "backup", arn: `${arn}:function/backup` });
  expect(permission?.inputs).toMatchObject({ principal: "events.amazonaws.com", sourceArn: `${arn}:eventrule/backup` });
});

it("an alarm tells of a failure, another one of 26 hours without a success", async () => {
  const recorded = await recordProgram(settings);
  const alarm = (name: string) =>
    ofType(recorded, "aws:cloudwatch/metricAlarm:MetricAlarm").find((one) => one.name === name)?.inputs;

  expect(alarm("watch-backup-failed")).toMatchObject({ metricName: "BackupsFailed", threshold: 0 });
  expect(alarm("watch-backup-missing")).toMatchObject({
    metricName: "BackupsSucceeded",
    dimensions: { BackupVaultName: "backup" },
    period: 3_600,
    evaluationPeriods: 26,
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    treatMissingData: "breaching",
  });
});

it("off registers nothing, and the artifacts bucket keeps no versions; point-in-time recovery stays", async () => {
  const recorded = await recordProgram();

  const names = recorded.registrations.filter(({ type, name }) => /backup/i.test(type + name)).map(({ name }) => name);
  expect(names).toEqual([]);
  expect(recorded.registrations.filter(({ type }) => type.includes("BucketVersioning"))).toEqual([]);
  const jobs = ofType(recorded, "aws:dynamodb/table:Table").find(({ name }) => name === "jobs");
  expect(jobs?.inputs.pointInTimeRecovery).toEqual({ enabled: true });
});

function inputsOf(recorded: Recorded, type: string): Record<string, unknown> {
  return ofType(recorded, type)[0]?.inputs ?? {};
}
