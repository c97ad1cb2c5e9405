/** The scale-from-zero alarm adds one task for jobs that wait at a desired count of 0. The controller or target tracking adds the rest. */
export const scaleFromZero = {
  addTasks: 1,
  /** One datapoint is enough. With three periods CloudWatch looks back far enough for metrics that arrive minutes late. */
  datapointsToAlarm: 1,
  evaluationPeriods: 3,
  /**
   * The alarm acts each minute until metrics that are up to three minutes late show the task and the three datapoints before it
   * have left the evaluation. The cooldown is longer than that. A larger scale-out passes through it.
   */
  cooldownSeconds: 600,
} as const;
