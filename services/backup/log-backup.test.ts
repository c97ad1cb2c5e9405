import { pino } from "pino";
import { expect, it } from "vitest";
import { type BackupDetail, logBackup } from "./log-backup.ts";

/** The lines that a state change writes. */
function linesOf(detail: Partial<BackupDetail>): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ messageKey: "message" }, { write: (line) => void lines.push(JSON.parse(line)) });
  logBackup(
    {
      version: "0",
      id: "event-1",
      "detail-type": "Backup Job State Change",
      source: "aws.backup",
      account: "123456789012",
      time: "2026-01-02T03:04:05Z",
      region: "eu-central-1",
      resources: [],
      detail: { backupJobId: "job-1", backupVaultName: "vault", state: "RUNNING", ...detail },
    },
    1_000,
    log,
  );
  return lines;
}

it("a successful backup is one line with a metric for its vault", () => {
  expect(linesOf({ state: "COMPLETED", resourceArn: "arn:table", resourceType: "DynamoDB" })).toMatchObject([
    {
      level: 30,
      message: "backup job succeeded",
      backupJobId: "job-1",
      state: "COMPLETED",
      resourceArn: "arn:table",
      BackupVaultName: "vault",
      BackupsSucceeded: 1,
      _aws: {
        Timestamp: 1_000,
        CloudWatchMetrics: [
          {
            Namespace: "Sluice",
            Dimensions: [["BackupVaultName"]],
            Metrics: [{ Name: "BackupsSucceeded", Unit: "Count" }],
          },
        ],
      },
    },
  ]);
});

it.each([
  ["FAILED", "Access denied"],
  ["ABORTED", undefined],
  ["EXPIRED", undefined],
  ["PARTIAL", undefined],
  ["COMPLETED", "10 objects could not be backed up"],
])("a backup that is %s (%s) is an error with the metric of failures", (state, statusMessage) => {
  const lines = linesOf({ state, ...(statusMessage === undefined ? {} : { statusMessage }) });

  expect(lines).toMatchObject([{ level: 50, state, BackupsFailed: 1 }]);
  expect(lines[0]).not.toHaveProperty("BackupsSucceeded");
});

it.each(["CREATED", "PENDING", "RUNNING"])("a backup that is %s is a line without a metric", (state) => {
  expect(linesOf({ state })).toMatchObject([{ level: 30, message: "backup job changed", state }]);
  expect(linesOf({ state })[0]).not.toHaveProperty("_aws");
});
