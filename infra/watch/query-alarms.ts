import type { Alarm } from "./alarm.ts";
import { utilization } from "./service-alarms.ts";
import type { Watched } from "./watched.ts";

/** Alarms for the query service; none without it. */
export function queryAlarms({ query }: Watched): Record<string, Alarm> {
  if (!query) return {};
  const service = { ClusterName: query.cluster.name, ServiceName: query.service.name };
  const balancer = { LoadBalancer: query.balancer.arnSuffix };
  const count = (id: string, metricName: string) => ({
    id,
    metric: { namespace: "AWS/ApplicationELB", metricName, dimensions: balancer, stat: "Sum", period: 300 },
  });
  return {
    "query-cpu": {
      means: "The query tasks have used more than 70 % of their CPU for ten minutes.",
      first: "raise queryMaxTasks if all of them run; else find the caller who asks this often.",
      ...utilization("CPUUtilization", 70, service),
    },
    "query-memory": {
      means: "The query tasks have used more than 80 % of their memory for ten minutes; at 100 % ECS replaces them.",
      first: "read the service's log for the queries of that time.",
      ...utilization("MemoryUtilization", 80, service),
    },
    "query-unhealthy": {
      means: "For three minutes a query task has not answered the load balancer's health check.",
      first: "read the service's events and the log of its last stopped tasks.",
      namespace: "AWS/ApplicationELB",
      metricName: "UnHealthyHostCount",
      dimensions: { ...balancer, TargetGroup: query.targetGroup.arnSuffix },
      statistic: "Maximum",
      period: 60,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 3,
      // Published for registered targets only; query-5xx reports a load balancer without targets.
      treatMissingData: "notBreaching",
    },
    "query-5xx": {
      means: "The query service or its load balancer answered five or more requests with 5xx within five minutes.",
      first:
        "GET /health of the service says whether its private API answers; then read the service's and the function's log.",
      metricQueries: [
        { id: "failures", expression: "FILL(tasks, 0) + FILL(balancer, 0)", label: "5xx", returnData: true },
        count("tasks", "HTTPCode_Target_5XX_Count"),
        count("balancer", "HTTPCode_ELB_5XX_Count"),
      ],
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 5,
      evaluationPeriods: 1,
      // The metrics exist for failures only.
      treatMissingData: "notBreaching",
    },
  };
}
