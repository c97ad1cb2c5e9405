/** A list price of us-east-1 in US dollars. */
export interface Price {
  usd: number;
  /** The page with the price, and its date; undefined: the price is an assumption to check. */
  source?: string;
}

export const prices = {
  natHour: { usd: 0.045, source: "cloudburn.io/blog/aws-nat-gateway-pricing, 2026-02" },
  natGigabyte: { usd: 0.045, source: "cloudburn.io/blog/aws-nat-gateway-pricing, 2026-02" },
  publicAddressHour: { usd: 0.005, source: "cloudburn.io/blog/aws-nat-gateway-pricing, 2026-02" },
  endpointZoneHour: {
    usd: 0.01,
    source: "factualminds.com/blog/amazon-vpc-pricing-endpoints-peering-transit-gateway, 2026-06",
  },
  endpointGigabyte: { usd: 0.01, source: "egresscost.com/nat-gateway, 2026-03" },
  diskGigabyteMonth: { usd: 0.08 },
  metricMonth: { usd: 0.3 },
  putMetricThousand: { usd: 0.01 },
  alarmMetricMonth: { usd: 0.1 },
  dashboardMonth: {
    usd: 3,
    source: "factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards, 2026-06",
  },
  logGigabyte: {
    usd: 0.5,
    source: "factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards, 2026-06",
  },
  queueMillion: { usd: 0.4, source: "cloudburn.io/blog/amazon-sqs-pricing, 2026-03" },
  fairQueueMillion: { usd: 0.1, source: "cloudburn.io/blog/amazon-sqs-pricing, 2026-03" },
  topicMillion: { usd: 0.5, source: "factualminds.com/blog/amazon-sns-pricing-publishes-fanout-protocols, 2026-06" },
  streamShardHour: {
    usd: 0.015,
    source:
      "trek10.com/blog/amazon-kinesis-data-streams-on-demand-vs.-provisioned-billing-mode-cost-comparison, 2023-09",
  },
  streamPutMillion: {
    usd: 0.014,
    source:
      "trek10.com/blog/amazon-kinesis-data-streams-on-demand-vs.-provisioned-billing-mode-cost-comparison, 2023-09",
  },
  writeMillion: { usd: 0.625, source: "airbyte.com/data-engineering-resources/dynamodb-pricing, 2025-07" },
  readMillion: { usd: 0.125, source: "airbyte.com/data-engineering-resources/dynamodb-pricing, 2025-07" },
  apiMillion: { usd: 1 },
  functionMillion: { usd: 0.2, source: "wring.co/blog/aws-lambda-pricing-guide, 2026-03" },
  functionArmGigabyteSecond: { usd: 0.0000133334, source: "wring.co/blog/aws-lambda-pricing-guide, 2026-03" },
  functionAmdGigabyteSecond: { usd: 0.0000166667, source: "wring.co/blog/aws-lambda-pricing-guide, 2026-03" },
  fargateArmCpuHour: { usd: 0.03238, source: "fortem.dev/fargate-spot, 2026-06" },
  fargateArmGigabyteHour: { usd: 0.00356, source: "fortem.dev/fargate-spot, 2026-06" },
  fargateAmdCpuHour: { usd: 0.04048, source: "fortem.dev/fargate-spot, 2026-06" },
  fargateAmdGigabyteHour: { usd: 0.004446, source: "fortem.dev/fargate-spot, 2026-06" },
  /** Above the 20 GB that a task has without a charge. */
  fargateDiskGigabyteHour: { usd: 0.000111 },
  sharedGigabyteMonth: {
    usd: 0.3,
    source: "factualminds.com/blog/amazon-efs-pricing-throughput-modes-storage-classes, 2026-06",
  },
  keyMonth: { usd: 1 },
  loadBalancerHour: { usd: 0.0225 },
  traceMillion: { usd: 5 },
} as const satisfies Record<string, Price>;

/**
 * The share of Fargate's price that Fargate Spot costs: AWS sets it between 30 and 50 % by supply and demand. This is the upper end.
 * Source: fortem.dev/fargate-spot, 2026-06.
 */
export const fargateSpotShare = 0.5;

/** An hour of Linux on demand. */
export const instanceHours: Record<string, Price> = {
  "t4g.small": { usd: 0.0168 },
  "t4g.medium": { usd: 0.0336 },
  "t4g.large": { usd: 0.0672 },
  "t3.medium": { usd: 0.0416 },
  "t3.large": { usd: 0.0832, source: "go-cloud.io/?p=10607, undated" },
  "m7g.large": {
    usd: 0.0816,
    source: "factualminds.com/blog/amazon-ec2-on-demand-pricing-instance-families-2026, 2026-06",
  },
  // AWS prices the sizes of a family in proportion.
  "m7g.xlarge": { usd: 0.1632 },
  "m7g.2xlarge": { usd: 0.3264 },
  "m7g.4xlarge": { usd: 0.6528 },
  "m7g.8xlarge": { usd: 1.3056 },
  "g5.xlarge": {
    usd: 1.006,
    source: "factualminds.com/blog/amazon-ec2-on-demand-pricing-instance-families-2026, 2026-06",
  },
  "g4dn.xlarge": { usd: 0.526 },
  "g6.xlarge": { usd: 0.8048 },
};
