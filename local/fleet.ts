import { type MetricName, metricNames, metricNamespace } from "../contract/metrics.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import type { Cloud } from "./cloud.ts";

/** A snapshot of queue, service, instances and scaling. */
export interface Fleet {
  visible: number;
  inFlight: number;
  runningTasks: number;
  desiredTasks: number;
  /** Tasks that were told to stop and have not ended. */
  stoppingTasks: number;
  /** MinCapacity as the program or a schedule sets it. */
  minTasks: number;
  /** MinCapacity now; the controller may have raised it above minTasks. */
  minCapacity: number;
  instances: number;
  /** MinSize of the Auto Scaling group now. */
  minSize: number;
  /** Instances without a task. */
  idleInstances: number;
  /** Last published by the controller; undefined before that. */
  backlogPerTask: number | undefined;
  needPercent: number | undefined;
  lastAction: { from: number; to: number; trigger: string } | undefined;
}

export function viewFleet(cloud: Cloud, queueUrl: string): Fleet {
  const { visible, inFlight } = cloud.sqs.counts(queueUrl);
  const clusters = [...cloud.ecs.clusters.values()];
  // Services behind a load balancer, such as the query service, run no jobs.
  const services = clusters.flatMap((cluster) => cluster.services()).filter((one) => !one.isBehindLoadBalancer);
  const instances = clusters.flatMap((cluster) => cluster.instances());
  const targets = new Map(cloud.scaling.targets().map((target) => [target.resourceId.split("/").at(-1), target]));
  return {
    visible,
    inFlight,
    runningTasks: sum(services.map(({ runningCount }) => runningCount)),
    desiredTasks: sum(services.map(({ desiredCount }) => desiredCount)),
    stoppingTasks: services.flatMap((service) => service.tasks()).filter(({ status }) => status === "STOPPING").length,
    // Nothing scales a service without a target.
    minTasks: sum(services.map(({ name, desiredCount }) => targets.get(name)?.declaredMin ?? desiredCount)),
    minCapacity: sum(services.map(({ name, desiredCount }) => targets.get(name)?.min ?? desiredCount)),
    instances: instances.length,
    minSize: sum(clusters.map(({ capacity }) => capacity?.minimum ?? 0)),
    idleInstances: instances.filter(({ runningTasks, pendingTasks }) => runningTasks + pendingTasks === 0).length,
    backlogPerTask: latest(cloud, metricNames.backlogPerTask),
    needPercent: latest(cloud, metricNames.needPercent),
    lastAction: cloud.scaling.activities.at(-1),
  };
}

const watchMilliseconds = 250;

/** Calls each listener with the fleet four times a second, until the returned function is called. */
export function watchFleet(
  { cloud, queueUrl, clock }: { cloud: Cloud; queueUrl: string; clock: Clock },
  listeners: ReadonlySet<(fleet: Fleet, now: number) => void>,
): () => void {
  let cancel = () => {};
  const look = () => {
    const fleet = viewFleet(cloud, queueUrl);
    for (const listen of listeners) listen(fleet, clock.now());
    cancel = clock.after(watchMilliseconds, look);
  };
  look();
  return () => cancel();
}

const calmMilliseconds = 100;

/** Waits until the service is at its minimum and no instance is empty. False: the time ran out or the signal aborted. */
export async function awaitCalm(
  cloud: Cloud,
  queueUrl: string,
  { clock, patienceSeconds, signal }: { clock: Clock; patienceSeconds: number; signal: AbortSignal },
): Promise<boolean> {
  const end = clock.now() + patienceSeconds * 1000;
  while (!isCalm(viewFleet(cloud, queueUrl))) {
    if (clock.now() > end || signal.aborted) return false;
    await sleep(clock, calmMilliseconds, signal);
  }
  return true;
}

function isCalm(fleet: Fleet): boolean {
  const { visible, inFlight, runningTasks, desiredTasks, stoppingTasks, minTasks, idleInstances } = fleet;
  const isAtMinimum = desiredTasks === minTasks && runningTasks === minTasks && stoppingTasks === 0;
  return visible + inFlight === 0 && isAtMinimum && idleInstances === 0;
}

function latest({ cloudWatch: { metrics } }: Cloud, metricName: MetricName): number | undefined {
  const metric = metrics.list().find(({ namespace, name }) => namespace === metricNamespace && name === metricName);
  return metric && metrics.latest(metric);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
