import { type MetricName, metricNames, metricNamespace } from "../contract/metrics.ts";
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
  /** MinCapacity of the scalable target now; the controller may have raised it above minTasks. */
  minCapacity: number;
  instances: number;
  /** MinSize of the Auto Scaling group now. */
  minSize: number;
  /** Instances without a task. */
  idleInstances: number;
  /** As the controller published them last; unknown until it has. */
  backlogPerTask: number | undefined;
  needPercent: number | undefined;
  lastAction: { from: number; to: number; trigger: string } | undefined;
}

export function viewFleet(cloud: Cloud, queueUrl: string): Fleet {
  const { visible, inFlight } = cloud.sqs.counts(queueUrl);
  const services = [...cloud.services.values()];
  const clusters = [...cloud.ecs.clusters.values()];
  const instances = clusters.flatMap((cluster) => cluster.instances());
  const targets = cloud.scaling.targets();
  return {
    visible,
    inFlight,
    runningTasks: sum(services.map(({ runningCount }) => runningCount)),
    desiredTasks: sum(services.map(({ desiredCount }) => desiredCount)),
    stoppingTasks: services.flatMap((service) => service.tasks()).filter(({ status }) => status === "STOPPING").length,
    minTasks: sum(targets.map(({ declaredMin }) => declaredMin)),
    minCapacity: sum(targets.map(({ min }) => min)),
    instances: instances.length,
    minSize: sum(clusters.map(({ capacity }) => capacity?.minimum ?? 0)),
    idleInstances: instances.filter(({ runningTasks, pendingTasks }) => runningTasks + pendingTasks === 0).length,
    backlogPerTask: latest(cloud, metricNames.backlogPerTask),
    needPercent: latest(cloud, metricNames.needPercent),
    lastAction: cloud.scaling.activities.at(-1),
  };
}

function latest({ cloudWatch: { metrics } }: Cloud, metricName: MetricName): number | undefined {
  const metric = metrics.list().find(({ namespace, name }) => namespace === metricNamespace && name === metricName);
  return metric && metrics.latest(metric);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
