import { type CloudWatchClient, PutMetricDataCommand, type StandardUnit } from "@aws-sdk/client-cloudwatch";
import { type MetricName, metricDimensions, metricNames, metricNamespace } from "../../contract/metrics.ts";
import type { Backlog, QueueSample } from "../decide/backlog.ts";

export type Publish = (sample: QueueSample, decision: Backlog, now: number) => Promise<void>;

/** Publishes a decision with what it was made from, in one call: one datapoint of each metric, or none at all. */
export function createPublisher(options: {
  client: CloudWatchClient;
  clusterName: string;
  serviceName: string;
}): Publish {
  const dimensions = Object.entries(metricDimensions(options)).map(([Name, Value]) => ({ Name, Value }));
  return async (sample, decision, now) => {
    const Timestamp = new Date(now);
    await options.client.send(
      new PutMetricDataCommand({
        Namespace: metricNamespace,
        MetricData: datapointsOf(sample, decision).map(([MetricName, Value]) => ({
          MetricName,
          Value,
          Timestamp,
          Unit: "Count" satisfies StandardUnit,
          Dimensions: dimensions,
        })),
      }),
    );
  };
}

/** Every metric of the contract has a value here. */
function datapointsOf(sample: QueueSample, decision: Backlog): [MetricName, number][] {
  const values: Record<keyof typeof metricNames, number> = {
    backlogPerTask: decision.backlogPerTask,
    strandedJobs: decision.strandedJobs,
    heartbeat: 1,
    visibleJobs: sample.visibleJobs,
    jobsInFlight: sample.jobsInFlight,
    runningTasks: sample.runningTasks,
    desiredTasks: sample.desiredTasks,
  };
  return Object.entries(metricNames).map(([key, name]) => [name, values[key as keyof typeof metricNames]]);
}
