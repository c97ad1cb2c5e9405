import { type Clock, sleep } from "../runtime/clock.ts";
import type { Cloud } from "./cloud.ts";
import { type Fleet, viewFleet } from "./fleet.ts";

const intervalMilliseconds = 100;

/** Waits until the service is back at its least and no instance stands empty; false when the patience is over first. */
export async function awaitCalm(
  cloud: Cloud,
  queueUrl: string,
  { clock, patienceSeconds, signal }: { clock: Clock; patienceSeconds: number; signal: AbortSignal },
): Promise<boolean> {
  const end = clock.now() + patienceSeconds * 1000;
  while (!isCalm(viewFleet(cloud, queueUrl))) {
    if (clock.now() > end || signal.aborted) return false;
    await sleep(clock, intervalMilliseconds, signal);
  }
  return true;
}

function isCalm(fleet: Fleet): boolean {
  const { visible, inFlight, runningTasks, desiredTasks, stoppingTasks, minTasks, idleInstances } = fleet;
  const hasWork = visible + inFlight > 0;
  const isLeast = desiredTasks === minTasks && runningTasks === minTasks && stoppingTasks === 0;
  return !hasWork && isLeast && idleInstances === 0;
}
