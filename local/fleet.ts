import { metricNames, metricNamespace } from "../contract/metrics.ts";
import type { ScalingPolicy } from "./application-autoscaling/scaling-policy.ts";
import type { Cloud } from "./cloud.ts";

/** Queue, service, instances and what moves them, as they are now. */
export interface Fleet {
  visible: number;
  inFlight: number;
  runningTasks: number;
  desiredTasks: number;
  /** Told to stop, and still there. */
  stoppingTasks: number;
  /** What the program wants at least. */
  minTasks: number;
  /** What the scalable target allows at least now; a controller may have raised it. */
  taskFloor: number;
  instances: number;
  /** What the Auto Scaling group allows at least now. */
  instanceFloor: number;
  /** Instances without a task. */
  idleInstances: number;
  /** Unknown until the controller has published one. */
  backlogPerTask: number | undefined;
  acceptableBacklog: number | undefined;
  lastAction: { from: number; to: number; trigger: string } | undefined;
}

export function viewFleet(cloud: Cloud, queueUrl: string): Fleet {
  const { visible, inFlight } = cloud.sqs.counts(queueUrl);
  const services = [...cloud.services.values()];
  const clusters = [...cloud.ecs.clusters.values()];
  const instances = clusters.flatMap((cluster) => cluster.instances());
  const targets = cloud.scaling.targets();
  const tracking = targets.flatMap(({ resourceId }) => cloud.scaling.policies(resourceId)).find(isTracking);
  const backlog = cloud.cloudWatch.metrics
    .list()
    .find(({ namespace, name }) => namespace === metricNamespace && name === metricNames.backlogPerTask);
  return {
    visible,
    inFlight,
    runningTasks: sum(services.map(({ runningCount }) => runningCount)),
    desiredTasks: sum(services.map(({ desiredCount }) => desiredCount)),
    stoppingTasks: services.flatMap((service) => service.tasks()).filter(({ status }) => status === "STOPPING").length,
    minTasks: sum(targets.map(({ declaredMin }) => declaredMin)),
    taskFloor: sum(targets.map(({ min }) => min)),
    instances: instances.length,
    instanceFloor: sum(clusters.map(({ capacity }) => capacity?.minimum ?? 0)),
    idleInstances: instances.filter(({ runningTasks, pendingTasks }) => runningTasks + pendingTasks === 0).length,
    backlogPerTask: backlog && cloud.cloudWatch.metrics.latest(backlog),
    acceptableBacklog: tracking?.policy.target,
    lastAction: cloud.scaling.activities.at(-1),
  };
}

function isTracking(policy: ScalingPolicy): policy is Extract<ScalingPolicy, { kind: "target-tracking" }> {
  return policy.kind === "target-tracking";
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
