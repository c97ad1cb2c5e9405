import { backoffCeiling } from "../../runtime/backoff.ts";
import type { Task } from "./task.ts";

/** How often in a row tasks failed soon after their start, and when the next one may start. */
export interface RestartThrottle {
  quickFailures: number;
  retryAt: number;
}

export const noThrottle: RestartThrottle = { quickFailures: 0, retryAt: 0 };

/** A task that has run for so long has started well, whatever happens to it afterwards. */
export const startedWellSeconds = 10;

const delays = { baseMilliseconds: 1_000, capMilliseconds: 60_000 };

/** 128 and the number of SIGKILL. */
export const killedExitCode = 137;

/**
 * The throttle after the end of a task that nobody had told to stop. The first that fails soon after its start is replaced
 * at once, the next after 1, 2, 4 s and so on. AWS waits longer, up to 27 minutes, but only for tasks that never ran; on
 * AWS a crash at the start costs the start of a container each time, and here it would keep the machine busy.
 */
export function throttleAfter(throttle: RestartThrottle, ended: Task, now: number): RestartThrottle {
  if (!isQuickFailure(ended)) return throttle;
  const { quickFailures } = throttle;
  const delay = quickFailures === 0 ? 0 : backoffCeiling(quickFailures, delays);
  return { quickFailures: quickFailures + 1, retryAt: now + delay };
}

/** A task killed from outside says nothing about whether its code can start. */
function isQuickFailure({ createdAt, startedAt = createdAt, stoppedAt = startedAt, exitCode }: Task): boolean {
  return stoppedAt - startedAt < startedWellSeconds * 1_000 && exitCode !== killedExitCode;
}
