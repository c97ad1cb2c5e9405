/** One job that no task is wanted for brings one task; from there on the need decides. */
export const scaleFromZero = {
  addTasks: 1,
  /** One datapoint is enough. Three periods make CloudWatch look back far enough for metrics that come minutes late. */
  datapointsToAlarm: 1,
  evaluationPeriods: 3,
  /**
   * The alarm acts each minute until metrics that come up to three minutes late show the task, and the three datapoints before
   * that have left the evaluation. The cooldown credits the task for longer. A larger order passes through it.
   */
  cooldownSeconds: 600,
} as const;
