import { once } from "node:events";
import { expect } from "vitest";
import type { Activity } from "../application-autoscaling/application-auto-scaling.ts";
import type { Journey } from "./journey.ts";
import { onlyCluster, onlyService } from "./only-service.ts";

/** Jobs of two seconds on tasks of two slots. */
export const slowJobs = {
  "sluice:expectedJobMilliseconds": "2000",
  "sluice:waitTargetSeconds": "3",
  "sluice:slots": "2",
  "sluice:minTasks": "1",
  "sluice:maxTasks": "6",
};

/** Sends 48 jobs. One task could start only three of them within the target. */
export async function sendBacklog(journey: Journey): Promise<string[]> {
  const ids = Array.from({ length: 48 }, (_, index) => `slow-${index}`);
  await Promise.all(ids.map((jobId) => journey.post({ jobId, payload: { sleepMs: 2_000 } })));
  return ids;
}

export async function allDone(journey: Journey, ids: string[]): Promise<void> {
  for (const jobId of ids) expect(await journey.finished(jobId)).toMatchObject({ state: "succeeded", attempts: 1 });
  for (const jobId of ids) expect(journey.finishes.of(jobId)).toBe(1);
}

/** Waits for one task on one instance. From zero, two instances start together, and one of them is terminated again. */
export async function calm(journey: Journey): Promise<void> {
  await untilTasks(journey, ({ runningCount, desiredCount }) => runningCount === 1 && desiredCount === 1);
  const cluster = onlyCluster(journey);
  while (cluster.instances().length !== 1) await once(cluster.events, "instances");
}

/** Waits until the service's counts satisfy the condition, checked at each start and stop of a task. */
export async function untilTasks(
  journey: Journey,
  isSo: (counts: { runningCount: number; desiredCount: number }) => boolean,
): Promise<void> {
  const service = onlyService(journey);
  while (!isSo(service)) {
    await Promise.race([once(service.events, "running"), once(service.events, "stopped")]);
  }
}

/** MinCapacity of the scalable target. */
export function floor({ stack }: Journey): number | undefined {
  return stack.cloud.scaling.targets()[0]?.min;
}

/** The first matching scaling activity, past or future. */
export async function activity({ stack }: Journey, isMeant: (activity: Activity) => boolean): Promise<Activity> {
  const { activities, events } = stack.cloud.scaling;
  for (;;) {
    const found = activities.find(isMeant);
    if (found) return found;
    await once(events, "activity");
  }
}
