import type { Service } from "../../simulator/model/capacity/service-scheduler.ts";
import { isProtected } from "../../simulator/model/capacity/task.ts";
import { killedExitCode } from "./restart-throttle.ts";
import type { Followed } from "./service-tasks.ts";
import type { Task } from "./task.ts";

/** Counts at the last run of the scheduler, so that the same event is not repeated. */
export interface Look {
  waiting: number;
  blocked: number;
}

export const nothingSeen: Look = { waiting: 0, blocked: 0 };

/** The service events, in AWS's words, of one run of the scheduler. */
export function describeLook(
  service: Pick<Service, "tasks" | "desired" | "waiting">,
  { started, stopped }: Followed,
  before: Look,
  now: number,
): { messages: string[]; seen: Look } {
  const messages: string[] = [];
  if (started.length > 0) messages.push(`has started ${started.length} tasks: ${nameAll(started)}.`);
  if (stopped.length > 0) messages.push(`has stopped ${stopped.length} running tasks: ${nameAll(stopped)}.`);

  const { waiting } = service;
  if (waiting > 0 && before.waiting === 0) {
    messages.push("was unable to place a task because no container instance met all of its requirements.");
  }
  const wanted = service.tasks.filter(({ state }) => state !== "stopping");
  const held = wanted.filter((task) => isProtected(task, now)).length;
  const blocked = Math.max(0, Math.min(wanted.length - service.desired, held));
  if (blocked > 0 && blocked !== before.blocked) {
    messages.push(`was unable to scale in due to (reason ${blocked} tasks under protection).`);
  }
  return { messages, seen: { waiting, blocked } };
}

/** The service events for the end of a task. */
export function describeEnd(task: Task, waitMilliseconds: number): string[] {
  if (task.stoppingAt !== undefined) return describeKill(task);
  const exit = task.exitCode === undefined ? "" : ` (exit code ${task.exitCode})`;
  const lost = `lost ${nameAll([task])}: ${task.stoppedReason}${exit}.`;
  if (waitMilliseconds <= 0) return [lost];
  const wait = `It tries again in ${waitMilliseconds / 1_000} s.`;
  return [lost, `is unable to consistently start tasks successfully. ${wait}`];
}

/** A task that ended with its instance, or never ran, was given no time to stop. */
function describeKill({ stopCode, startedAt, exitCode, ...task }: Task): string[] {
  if (stopCode === "TerminationNotice" || startedAt === undefined || exitCode !== killedExitCode) return [];
  return [`had to kill ${nameAll([task])}: SIGTERM did not end it in time.`];
}

/** Eight digits of the id are enough for people to tell tasks apart. */
function nameAll(tasks: Pick<Task, "id">[]): string {
  return tasks.map(({ id }) => `(task ${id.slice(0, 8)})`).join(" ");
}
