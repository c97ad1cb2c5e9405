import type { EcsCluster } from "../ecs/cluster.ts";
import type { Service, Task } from "../ecs/service.ts";
import type { Journey } from "./journey.ts";

/** The workers' service. */
export function onlyService({ stack }: Journey): Service {
  const only = [...stack.cloud.services.values()].find(({ isBehindLoadBalancer }) => !isBehindLoadBalancer);
  if (!only) throw new Error("the stack has no service");
  return only;
}

/** The only cluster with instances. */
export function onlyCluster({ stack }: Journey): EcsCluster {
  const only = [...stack.cloud.ecs.clusters.values()].find(({ capacity }) => capacity !== undefined);
  if (!only) throw new Error("the stack has no cluster with instances");
  return only;
}

/** The only running task. */
export function onlyTask(journey: Journey): Task {
  const tasks = onlyService(journey)
    .tasks()
    .filter(({ status }) => status === "RUNNING");
  const [task] = tasks;
  if (!task || tasks.length > 1) throw new Error(`expected one running task; there are ${tasks.length}`);
  return task;
}

/** Signals the whole process group, as stopping a container does. */
export function killTask({ pid }: Task, signal: NodeJS.Signals): void {
  if (pid === undefined) throw new Error("the task has no process");
  process.kill(-pid, signal);
}

/** Suspends the policies of Application Auto Scaling, so that only the test and the controller scale. */
export function suspendPolicies({ stack }: Journey): void {
  const { scaling } = stack.cloud;
  for (const { resourceId } of scaling.targets()) scaling.register(resourceId, { suspended: { out: true, in: true } });
}
