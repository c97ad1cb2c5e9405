import type { Surroundings } from "./choose-victims.ts";
import {
  concludeDeployment,
  type Deployment,
  recordFailure,
  recordHealthy,
  revisionOf,
  startDeployment,
} from "./deployment.ts";
import { type Launch, launchAllowance, recordLaunch } from "./launch-rate.ts";
import { placeTasks } from "./place-tasks.ts";
import { type PlanSettings, planTasks } from "./plan-tasks.ts";
import type { Size } from "./size.ts";
import { isWanted, type Task } from "./task.ts";

/** An ECS service as its scheduler sees it. */
export interface Service {
  name: string;
  desired: number;
  deployment: Deployment;
  tasks: readonly Task[];
  nextTaskNumber: number;
  launches: readonly Launch[];
  /** How many tasks were given up because no room came in time. */
  timedOut: number;
}

export interface SchedulerSettings extends PlanSettings {
  taskSize: Size;
  provisioningTasksMaximum: number;
  provisioningTimeoutMilliseconds: number;
  launchesPerMinuteMaximum: number;
  taskStartMilliseconds: number;
  stopTimeoutMilliseconds: number;
}

/** A service without tasks, at its first revision. */
export function createService(name: string, desired: number): Service {
  const deployment: Deployment = { ...startDeployment(1, 1), state: "completed" };
  return { name, desired, deployment, tasks: [], nextTaskNumber: 1, launches: [], timedOut: 0 };
}

/** Wants another number of tasks; nothing is deployed by that. */
export function setDesiredCount(service: Service, desired: number): Service {
  return { ...service, desired };
}

/** Wants another revision: the scheduler replaces the tasks one after the other. */
export function deploy(service: Service, revision: number): Service {
  return { ...service, deployment: startDeployment(revisionOf(service.deployment), revision) };
}

/** One look of the scheduler: what is due happens, the superfluous is stopped, the missing is started and placed. */
export function stepService(
  service: Service,
  surroundings: Surroundings,
  settings: SchedulerSettings,
  now: number,
): Service {
  const settled = settle(service, surroundings, settings, now);
  const wish = { desired: settled.desired, revision: revisionOf(settled.deployment) };
  const plan = planTasks(settled.tasks, wish, surroundings, settings, now);
  const stopped = stopTasks(settled, plan.stop, settings, now);
  const started = startTasks(stopped, plan.start, surroundings, settings, now);
  return { ...started, deployment: concludeDeployment(started.deployment, isSteady(started, wish)) };
}

/** A task has come up, where that is observed and not reckoned: from the next look on it runs. */
export function confirmStart(service: Service, taskId: string, now: number): Service {
  const confirm = (task: Task): Task =>
    task.id === taskId && task.state === "pending" ? { ...task, until: now } : task;
  return { ...service, tasks: service.tasks.map(confirm) };
}

/** Somebody stops a task, as with StopTask: protection does not count, and the next look starts another. */
export function stopTask(service: Service, taskId: string, settings: SchedulerSettings, now: number): Service {
  const victims = service.tasks.filter(({ id, state }) => id === taskId && state !== "stopping");
  return stopTasks(service, victims, settings, now);
}

/** A task ended by itself before it ran: it is gone, and the circuit breaker counts it. */
export function failTask(service: Service, taskId: string): Service {
  const task = service.tasks.find(({ id }) => id === taskId);
  if (!task) return service;
  const counts = task.revision === service.deployment.to && task.state === "pending";
  const deployment = counts ? recordFailure(service.deployment, service.desired) : service.deployment;
  return { ...removeTask(service, taskId), deployment };
}

/** A task ended by itself, for example before its stop timeout: it is gone. */
export function removeTask(service: Service, taskId: string): Service {
  return { ...service, tasks: service.tasks.filter(({ id }) => id !== taskId) };
}

/** What fell due since the last look; tasks go with their instance, protected or not. */
function settle(service: Service, { instances }: Surroundings, settings: SchedulerSettings, now: number): Service {
  let { deployment, timedOut } = service;
  const there = new Set(instances.map(({ id }) => id));
  const tasks: Task[] = [];
  for (const task of service.tasks) {
    if (task.instanceId !== undefined && !there.has(task.instanceId)) continue;
    const isDue = task.until !== undefined && task.until <= now;
    if (task.state === "pending" && isDue) {
      tasks.push({ ...task, state: "running", since: task.until ?? now, until: undefined });
      if (task.revision === deployment.to) deployment = recordHealthy(deployment);
    } else if (task.state === "provisioning" && task.since + settings.provisioningTimeoutMilliseconds <= now) {
      timedOut += 1;
    } else if (task.state !== "stopping" || !isDue) {
      tasks.push(task);
    }
  }
  return { ...service, tasks, deployment, timedOut };
}

/** A running task may wind down until its stop timeout; others have nothing to wind down. */
function stopTasks(service: Service, victims: readonly Task[], settings: SchedulerSettings, now: number): Service {
  const chosen = new Set(victims);
  const tasks = service.tasks.flatMap((task): Task[] => {
    if (!chosen.has(task)) return [task];
    if (task.state !== "running") return [];
    return [{ ...task, state: "stopping", since: now, until: now + settings.stopTimeoutMilliseconds }];
  });
  return { ...service, tasks };
}

function startTasks(
  service: Service,
  missing: number,
  { instances, otherTasks }: Surroundings,
  settings: SchedulerSettings,
  now: number,
): Service {
  const asked = Math.min(missing, launchAllowance(service.launches, settings.launchesPerMinuteMaximum, now));
  const fresh = Array.from({ length: asked }, (_, index) => newTask(service, index, settings, now));
  const waiting = [...service.tasks.filter(({ state }) => state === "provisioning"), ...fresh];
  const placed = placeTasks(waiting, instances, [...service.tasks, ...otherTasks], settings.strategy);

  const sites = new Map(placed.map(({ taskId, instanceId }) => [taskId, instanceId]));
  let mayWait = settings.provisioningTasksMaximum - otherTasks.filter(({ state }) => state === "provisioning").length;
  const known = new Set(service.tasks);
  const tasks: Task[] = [];
  let launched = 0;
  for (const task of [...service.tasks, ...fresh]) {
    const instanceId = sites.get(task.id);
    const isNew = !known.has(task);
    // Whoever waits already is not turned away; new ones past the cap are held out and tried again at the next look.
    if (task.state === "provisioning" && instanceId === undefined && mayWait-- <= 0 && isNew) continue;
    if (isNew) launched += 1;
    tasks.push(instanceId === undefined ? task : start(task, instanceId, settings, now));
  }
  return {
    ...service,
    tasks,
    nextTaskNumber: service.nextTaskNumber + asked,
    launches: recordLaunch(service.launches, launched, now),
  };
}

function newTask(service: Service, index: number, settings: SchedulerSettings, now: number): Task {
  const id = `${service.name}-${service.nextTaskNumber + index}`;
  return { id, size: settings.taskSize, revision: revisionOf(service.deployment), state: "provisioning", since: now };
}

function start(task: Task, instanceId: string, settings: SchedulerSettings, now: number): Task {
  return { ...task, instanceId, state: "pending", since: now, until: now + settings.taskStartMilliseconds };
}

function isSteady({ tasks }: Service, wish: { desired: number; revision: number }): boolean {
  const wanted = tasks.filter(isWanted);
  return (
    wanted.length === wish.desired &&
    wanted.every(({ revision, state }) => revision === wish.revision && state === "running")
  );
}
