/** The namespace of every metric that is ours. */
export const metricNamespace = "Sluice";

/**
 * What the controller publishes at each tick, in `metricNamespace`, with the dimensions of `metricDimensions`.
 * The policies and alarms that `infra/` declares read them by these names.
 */
export const metricNames = {
  /** Jobs that wait for each running task. */
  backlogPerTask: "BacklogPerTask",
  /** Tasks needed in percent of those there are or are wanted: 100 is right. Target tracking keeps it there. */
  needPercent: "NeedPercent",
  /** Jobs that wait while no task runs or is wanted; 0 otherwise. The scale-from-zero alarm reads it. */
  strandedJobs: "StrandedJobs",
  /** 1 for each tick that could see everything it needs. Its absence is the alarm. */
  heartbeat: "ControllerHeartbeat",
  visibleJobs: "VisibleJobs",
  jobsInFlight: "JobsInFlight",
  runningTasks: "RunningTasks",
  desiredTasks: "DesiredTasks",
  /** What the controller decided. */
  wantedTasks: "WantedTasks",
  /** Only while they are known. */
  arrivalsPerSecond: "ArrivalsPerSecond",
  meanServiceSeconds: "MeanServiceSeconds",
} as const;

export type MetricName = (typeof metricNames)[keyof typeof metricNames];

/** Percentages; all others are counts, or counts a second. */
export const percentMetrics: ReadonlySet<MetricName> = new Set([metricNames.needPercent]);

/** The dimensions of every metric of ours: which service is meant. */
export function metricDimensions<Text>(service: {
  clusterName: Text;
  serviceName: Text;
}): Record<"ClusterName" | "ServiceName", Text> {
  return { ClusterName: service.clusterName, ServiceName: service.serviceName };
}
