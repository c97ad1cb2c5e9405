import type { EventBridgeEvent } from "aws-lambda";
import { backupMetrics } from "../../contract/backup.ts";
import { metricNamespace } from "../../contract/metrics.ts";
import type { Log } from "../../runtime/log.ts";

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html */
export interface BackupDetail {
  backupJobId: string;
  backupVaultName: string;
  /** CREATED, PENDING, RUNNING, then one of COMPLETED, FAILED, ABORTED, EXPIRED and PARTIAL. */
  state: string;
  resourceArn?: string;
  resourceType?: string;
  /** A COMPLETED job that has a message was completed with issues. */
  statusMessage?: string;
  bytesTransferred?: string | number;
  percentDone?: string | number;
}

export type BackupChange = EventBridgeEvent<"Backup Job State Change", BackupDetail>;

/**
 * Logs a state change of a backup job as one line. If the job has ended, the line carries a metric in CloudWatch's embedded format;
 * the alarms for backups watch it.
 */
export function logBackup({ id, time, detail }: BackupChange, now: number, log: Log): void {
  const { backupJobId, backupVaultName, state, resourceArn, resourceType, statusMessage } = detail;
  const { bytesTransferred, percentDone } = detail;
  const line = {
    eventId: id,
    eventTime: time,
    backupJobId,
    BackupVaultName: backupVaultName,
    state,
    resourceArn,
    resourceType,
    statusMessage,
    bytesTransferred,
    percentDone,
  };
  const metric = metricOf(detail);
  if (metric === undefined) log.info(line, "backup job changed");
  else if (metric === backupMetrics.succeeded) log.info({ ...line, ...embedded(metric, now) }, "backup job succeeded");
  else log.error({ ...line, ...embedded(metric, now) }, "backup job failed");
}

/** Undefined while the job goes on. */
function metricOf({ state, statusMessage }: BackupDetail): string | undefined {
  if (["CREATED", "PENDING", "RUNNING", "ABORTING"].includes(state)) return undefined;
  return state === "COMPLETED" && !statusMessage ? backupMetrics.succeeded : backupMetrics.failed;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function embedded(metric: string, Timestamp: number): object {
  const CloudWatchMetrics = [
    { Namespace: metricNamespace, Dimensions: [["BackupVaultName"]], Metrics: [{ Name: metric, Unit: "Count" }] },
  ];
  return { [metric]: 1, _aws: { Timestamp, CloudWatchMetrics } };
}
