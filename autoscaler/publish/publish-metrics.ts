import { type CloudWatchClient, PutMetricDataCommand, type StandardUnit } from "@aws-sdk/client-cloudwatch";
import {
  type MetricName,
  metricDimensions,
  metricNames,
  metricNamespace,
  percentMetrics,
} from "../../contract/metrics.ts";
import type { Decision } from "../decide/decide.ts";
import type { Sample } from "../decide/sample.ts";

export type Publish = (sample: Sample, decision: Decision, now: number) => Promise<void>;

/** Publishes a decision with what it was made from, in one call: one datapoint of each metric that is known, or none at all. */
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

/** Every metric of the contract has its place here; what is unknown has no datapoint. */
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
    wantedTasks: decision.tasks,
    arrivalsPerSecond: sample.arrivals?.perSecond,
    meanServiceSeconds: mean(sample.workers?.serviceSeconds ?? []),
  };
  return Object.entries(metricNames).flatMap(([key, name]) => {
    const value = values[key as keyof typeof metricNames];
    return value === undefined ? [] : [[name, value] satisfies [MetricName, number]];
  });
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
