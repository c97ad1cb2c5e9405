/** A value the model rests on, and where it comes from. The marks are those of docs/model.md: A AWS text or API model,
 * A23 user guide of 2023, B AWS staff, C third party, D derived, ? to be seen on a real account. */
export interface Parameter {
  value: number;
  mark: "A" | "A23" | "B" | "C" | "D" | "?";
  source: string;
}

const guide = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide";
const reference = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference";
const roadmap = "https://github.com/aws/containers-roadmap/issues";
const sheet = "docs/model.md, Assumptions";

/** Every number of the capacity layer, with its unit in its name. */
export const parameters = {
  provisioningTasksMaximum: { value: 500, mark: "C", source: `${roadmap}/1780` },
  /** AWS says 10 to 30 minutes; the middle. */
  provisioningTimeoutMilliseconds: { value: 20 * 60_000, mark: "B", source: `${roadmap}/2381` },
  launchesPerMinuteMaximum: { value: 500, mark: "C", source: `${guide}/operating-at-scale-service-quotas.html` },
  /** With the image on the instance: 2 to 5 s. */
  taskStartMilliseconds: { value: 3_000, mark: "D", source: sheet },
  stopTimeoutMilliseconds: { value: 30_000, mark: "A", source: `${reference}/API_ContainerDefinition.html` },

  protectionDefaultMinutes: { value: 120, mark: "A23", source: `${guide}/task-scale-in-protection-endpoint.html` },
  protectionMinimumMinutes: { value: 1, mark: "A", source: `${reference}/API_UpdateTaskProtection.html` },
  protectionMaximumMinutes: { value: 2_880, mark: "A", source: `${reference}/API_UpdateTaskProtection.html` },

  minimumHealthyPercent: { value: 100, mark: "A", source: `${reference}/API_DeploymentConfiguration.html` },
  maximumPercent: { value: 200, mark: "A", source: `${reference}/API_DeploymentConfiguration.html` },
  circuitBreakerShare: { value: 0.5, mark: "A", source: `${reference}/API_ServiceDeploymentCircuitBreaker.html` },
  circuitBreakerMinimum: { value: 3, mark: "A", source: `${reference}/API_ServiceDeploymentCircuitBreaker.html` },
  circuitBreakerMaximum: { value: 200, mark: "A", source: `${reference}/API_ServiceDeploymentCircuitBreaker.html` },

  targetCapacityPercent: { value: 100, mark: "A", source: `${reference}/API_ManagedScaling.html` },
  stepMinimum: { value: 1, mark: "A", source: `${reference}/API_ManagedScaling.html` },
  stepMaximum: { value: 10_000, mark: "A", source: `${reference}/API_ManagedScaling.html` },
  instanceWarmupMilliseconds: { value: 300_000, mark: "A", source: `${reference}/API_ManagedScaling.html` },
  reservationPeriodMilliseconds: { value: 60_000, mark: "A", source: `${guide}/managed-scaling-behavior.html` },
  reservationFromZeroPercent: { value: 200, mark: "A", source: `${guide}/managed-scaling-behavior.html` },
  reservationWhenIdlePercent: { value: 100, mark: "C", source: `${roadmap}/653` },
  /** From a datapoint to what its alarm does. */
  alarmDelayMilliseconds: { value: 58_000, mark: "D", source: sheet },
  highAlarmDatapoints: { value: 1, mark: "C", source: `${roadmap}/638` },
  lowAlarmDatapoints: { value: 15, mark: "A", source: `${guide}/managed-scaling-behavior.html` },
  scaleInShareMaximum: {
    value: 0.5,
    mark: "B",
    source: "https://aws.amazon.com/blogs/containers/faster-scaling-in-for-amazon-ecs-cluster-auto-scaling",
  },
  scaleInInstancesMinimum: { value: 1, mark: "A", source: `${guide}/managed-scaling-behavior.html` },

  /** How long the lifecycle hook of managed draining may hold an instance back. */
  drainTimeoutMilliseconds: { value: 48 * 3_600_000, mark: "?", source: `${guide}/managed-instance-draining.html` },
  bootMedianMilliseconds: { value: 55_000, mark: "D", source: sheet },
  boot95thPercentileMilliseconds: { value: 110_000, mark: "D", source: sheet },
  /** From the creation of a Fargate task to its start, with an image of 413 MB: 53 to 62 s. Fargate keeps no images. */
  fargateStartMilliseconds: {
    value: 57_000,
    mark: "C",
    source: "https://elasticscale.com/blog/reduce-aws-fargate-pull-times-with-soci",
  },
  spotWarningMilliseconds: {
    value: 120_000,
    mark: "A",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html",
  },
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameters;

/** The values alone: what a simulation starts from and may change one by one. */
export const defaults: Readonly<Record<ParameterName, number>> = valuesOf(parameters);

function valuesOf<Name extends string>(table: Readonly<Record<Name, Parameter>>): Record<Name, number> {
  const entries = Object.entries<Parameter>(table).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(entries) as Record<Name, number>;
}
