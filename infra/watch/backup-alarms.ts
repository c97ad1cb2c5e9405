import { backupMetrics } from "../../contract/backup.ts";
import { metricNamespace } from "../../contract/metrics.ts";
import type { Alarm } from "./alarm.ts";
import type { Watched } from "./watched.ts";

/** Alarms for backups; none without them. The backup function publishes their metrics. */
export function backupAlarms({ backup }: Watched): Record<string, Alarm> {
  if (!backup) return {};
  const metric = (metricName: string) => ({
    namespace: metricNamespace,
    metricName,
    dimensions: { BackupVaultName: backup.vault.name },
    statistic: "Sum",
  });
  return {
    "backup-failed": {
      means: "A backup of the jobs table or of a bucket failed, was aborted, did not start in time, or has issues.",
      first: "read the backup function's log: the line of the job has the reason.",
      ...metric(backupMetrics.failed),
      period: 300,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      // Published for failures only.
      treatMissingData: "notBreaching",
    },
    "backup-missing": {
      means: `No backup has succeeded for ${missingHours} hours.`,
      first:
        "look at the jobs of the backup vault; then at the rule that hands their state changes to the backup function.",
      ...metric(backupMetrics.succeeded),
      period: 3600,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: missingHours,
      // Published for successes only. A new stack is in alarm until its first backup.
      treatMissingData: "breaching",
    },
  };
}

/** A day, an hour in which AWS Backup may start the job, and an hour for the job. */
const missingHours = 26;
