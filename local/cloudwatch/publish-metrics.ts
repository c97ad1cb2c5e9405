import type { Clock } from "../../runtime/clock.ts";
import type { EcsCluster } from "../ecs/cluster.ts";
import type { Service } from "../ecs/service.ts";
import type { Sqs } from "../sqs/sqs.ts";
import type { CloudWatch } from "./cloud-watch.ts";

/**
 * Publishes the AWS/SQS metrics of every queue, once a minute of AWS's clock. The age of the oldest message is in real
 * seconds, because messages wait in real time. The returned function ends it.
 */
export function publishQueueMetrics(sqs: Sqs, cloudWatch: CloudWatch, clock: Clock): () => void {
  return eachMinute(clock, () => {
    for (const name of sqs.names()) {
      const { visible, inFlight, delayed, oldestAgeSeconds } = sqs.counts(name);
      const values = {
        ApproximateNumberOfMessagesVisible: visible,
        ApproximateNumberOfMessagesNotVisible: inFlight,
        ApproximateNumberOfMessagesDelayed: delayed,
        ApproximateAgeOfOldestMessage: oldestAgeSeconds,
      };
      cloudWatch.putCounts("AWS/SQS", { QueueName: name }, values);
    }
  });
}

/**
 * Publishes Container Insights' task counts of every service, once a minute of AWS's clock, for clusters that have it
 * enabled. The returned function ends it.
 */
export function publishServiceMetrics(
  clusters: () => Iterable<EcsCluster>,
  cloudWatch: CloudWatch,
  clock: Clock,
): () => void {
  return eachMinute(clock, () => {
    for (const cluster of clusters()) {
      if (!cluster.hasContainerInsights) continue;
      for (const service of cluster.services()) {
        const dimensions = { ClusterName: cluster.place.name, ServiceName: service.name };
        cloudWatch.putCounts("ECS/ContainerInsights", dimensions, taskCounts(service));
      }
    }
  });
}

/**
 * AWS derives these metrics from log events of tasks. A service scaled to zero has none, and a service without a running
 * task has no RunningTaskCount: https://dev.classmethod.jp/etc/tsnote-container-insights-metrics-missing/
 */
function taskCounts({ desiredCount, runningCount, pendingCount }: Service): Record<string, number> {
  return {
    ...(desiredCount + runningCount > 0 ? { DesiredTaskCount: desiredCount, PendingTaskCount: pendingCount } : {}),
    ...(runningCount > 0 ? { RunningTaskCount: runningCount } : {}),
  };
}

/** Calls at the end of every minute of the clock, until the returned function is called. */
function eachMinute(clock: Clock, call: () => void): () => void {
  let cancel = () => {};
  const wait = () => {
    cancel = clock.after(60_000 - (clock.now() % 60_000), () => {
      call();
      wait();
    });
  };
  wait();
  return () => cancel();
}
