import type { Clock } from "../../runtime/clock.ts";
import type { EcsCluster } from "../ecs/cluster.ts";
import type { Service } from "../ecs/service.ts";
import type { CloudWatch } from "./cloud-watch.ts";
import { eachMinute } from "./each-minute.ts";

/**
 * The counts of tasks that Container Insights publishes of every service, in clusters that have it, once a minute of AWS's
 * clock. Returns what ends it.
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
        cloudWatch.putCounts(countsOf(cluster.place.name, service));
      }
    }
  });
}

/**
 * Of a service that sleeps there is nothing, and while no task runs nothing that runs: the metrics are made from log events of tasks.
 * https://dev.classmethod.jp/etc/tsnote-container-insights-metrics-missing/
 */
function countsOf(clusterName: string, { name: serviceName, desiredCount, runningCount, pendingCount }: Service) {
  const values = {
    ...(desiredCount + runningCount > 0 ? { DesiredTaskCount: desiredCount, PendingTaskCount: pendingCount } : {}),
    ...(runningCount > 0 ? { RunningTaskCount: runningCount } : {}),
  };
  return Object.entries(values).map(([name, value]) => ({
    metric: {
      namespace: "ECS/ContainerInsights",
      name,
      dimensions: { ClusterName: clusterName, ServiceName: serviceName },
    },
    value,
  }));
}
