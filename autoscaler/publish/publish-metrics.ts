import { type CloudWatchClient, PutMetricDataCommand, type StandardUnit } from "@aws-sdk/client-cloudwatch";
import {
  type MetricName,
  metricDimensions,
  metricNames,
  metricNamespace,
  percentMetrics,
} from "../../contract/metrics.ts";
import type { Decision } from "../decide/decide.ts";
import { mean, type Sample } from "../decide/sample.ts";

export type Publish = (sample: Sample, decision: Decision, now: number) => Promise<void>;

/** Publishes one datapoint of each metric in a single PutMetricData call, so that either all arrive or none. */
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
          Unit: (percentMetrics.has(MetricName) ? "Percent" : "None") satisfies StandardUnit,
          Dimensions: dimensions,
        })),
      }),
    );
  };
}

/** A metric whose value is unknown gets no datapoint. */
function datapointsOf(sample: Sample, decision: Decision): [MetricName, number][] {
  const values: Record<keyof typeof metricNames, number | undefined> = {
    backlogPerTask: decision.backlogPerTask,
    needPercent: decision.needPercent,
    strandedJobs: decision.strandedJobs,
    heartbeat: 1,
    visibleJobs: sample.visibleJobs,
    jobsInFlight: sample.jobsInFlight,
    runningTasks: sample.runningTasks,
    desiredTasks: sample.desiredTasks,
    decidedTasks: decision.tasks,
    arrivalsPerSecond: sample.arrivals?.perSecond,
    meanServiceSeconds: mean(sample.workers?.serviceSeconds ?? []),
  };
  return Object.entries(metricNames).flatMap(([key, name]) => {
    const value = values[key as keyof typeof metricNames];
    return value === undefined ? [] : [[name, value] satisfies [MetricName, number]];
  });
}
