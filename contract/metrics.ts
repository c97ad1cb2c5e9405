/** CloudWatch namespace of all metrics that Sluice publishes. */
export const metricNamespace = "Sluice";

/**
 * The metrics that the controller publishes at each tick, with the dimensions of `metricDimensions`. A metric whose value is
 * unknown gets no datapoint.
 */
export const metricNames = {
  /** Visible jobs ÷ running tasks, AWS's metric for scaling on SQS. For comparison only; no policy uses it. */
  backlogPerTask: "BacklogPerTask",
  /** DecidedTasks in percent of RunningTasks or DesiredTasks, whichever are more. Target tracking keeps it at 100. */
  needPercent: "NeedPercent",
  /** Visible jobs while no task runs and none is desired; otherwise 0. The scale-from-zero alarm acts above 0. */
  strandedJobs: "StrandedJobs",
  /** 1 for each completed tick. The controller-silent alarm acts when it is missing. */
  heartbeat: "ControllerHeartbeat",
  /** Messages that a worker can receive. */
  visibleJobs: "VisibleJobs",
  /** Messages that a worker has received and not deleted. */
  jobsInFlight: "JobsInFlight",
  runningTasks: "RunningTasks",
  /** Desired count of the ECS service before the decision. */
  desiredTasks: "DesiredTasks",
  /** Task count that the controller decided. */
  decidedTasks: "DecidedTasks",
  /** Jobs accepted by the API, mean over 120 s. */
  arrivalsPerSecond: "ArrivalsPerSecond",
  /** Mean service time of the last jobs, at most 400. */
  meanServiceSeconds: "MeanServiceSeconds",
} as const;

export type MetricName = (typeof metricNames)[keyof typeof metricNames];

/** Metrics with the unit Percent. All others have the unit None. */
export const percentMetrics: ReadonlySet<MetricName> = new Set([metricNames.needPercent]);

/** The dimensions of every metric: the ECS cluster and service that the controller scales. */
export function metricDimensions<Text>(service: {
  clusterName: Text;
  serviceName: Text;
}): Record<"ClusterName" | "ServiceName", Text> {
  return { ClusterName: service.clusterName, ServiceName: service.serviceName };
}
