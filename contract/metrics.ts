/** The namespace of every metric that is ours. */
export const metricNamespace = "Sluice";

/**
 * What the controller publishes at each tick, in `metricNamespace`, with the dimensions of `metricDimensions`.
 * The policies and alarms that `infra/` declares read them by these names.
 */
export const metricNames = {
  /** Jobs that wait for each running task; target tracking keeps it at the acceptable backlog. */
  backlogPerTask: "BacklogPerTask",
  /** Jobs that wait while no task runs or is wanted; 0 otherwise. One of them opens the way out of zero. */
  strandedJobs: "StrandedJobs",
  /** 1 for each tick that could see everything it needs. Its absence is the alarm. */
  heartbeat: "ControllerHeartbeat",
  visibleJobs: "VisibleJobs",
  jobsInFlight: "JobsInFlight",
  runningTasks: "RunningTasks",
  desiredTasks: "DesiredTasks",
} as const;

export type MetricName = (typeof metricNames)[keyof typeof metricNames];

/** The dimensions of every metric of ours: which service is meant. */
export function metricDimensions<Text>(service: {
  clusterName: Text;
  serviceName: Text;
}): Record<"ClusterName" | "ServiceName", Text> {
  return { ClusterName: service.clusterName, ServiceName: service.serviceName };
}
