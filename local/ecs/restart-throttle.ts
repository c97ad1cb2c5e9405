import { backoffCeiling } from "../../runtime/backoff.ts";
import type { Task } from "./task.ts";

/** Consecutive quick failures, and the earliest time of the next start. */
export interface RestartThrottle {
  quickFailures: number;
  retryAt: number;
}

export const noThrottle: RestartThrottle = { quickFailures: 0, retryAt: 0 };

/** A task that ran this long counts as started successfully. */
export const startedWellSeconds = 10;

const delays = { baseMilliseconds: 1_000, capMilliseconds: 60_000 };

/** 128 plus the number of SIGKILL. */
export const killedExitCode = 137;

/**
 * Updates the throttle after an unexpected end of a task. The first quick failure is replaced at once, later ones after
 * 1, 2, 4 s and so on. AWS waits up to 27 minutes, but only for tasks that never ran. There a crash at the start costs
 * the start of a container each time; without a throttle it would keep this machine busy.
 */
export function throttleAfter(throttle: RestartThrottle, ended: Task, now: number): RestartThrottle {
  if (!isQuickFailure(ended)) return throttle;
  const { quickFailures } = throttle;
  const delay = quickFailures === 0 ? 0 : backoffCeiling(quickFailures, delays);
  return { quickFailures: quickFailures + 1, retryAt: now + delay };
}

/** A SIGKILL from outside says nothing about the task's code. */
function isQuickFailure({ createdAt, startedAt = createdAt, stoppedAt = startedAt, exitCode }: Task): boolean {
  return stoppedAt - startedAt < startedWellSeconds * 1_000 && exitCode !== killedExitCode;
}
