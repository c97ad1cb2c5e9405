/** How often tables and buckets are backed up. */
export const backupRates = ["off", "daily", "hourly"] as const;

/** Metrics that the backup function publishes with each ended backup job, by `BackupVaultName`, in Sluice's namespace. */
export const backupMetrics = {
  /** 1 for a backup without issues. */
  succeeded: "BackupsSucceeded",
  /** 1 for a backup that failed, was aborted, did not start in time, or has issues. */
  failed: "BackupsFailed",
} as const;
