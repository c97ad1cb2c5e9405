import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import type { Activity } from "./application-autoscaling/application-auto-scaling.ts";
import type { EcsCluster } from "./ecs/cluster.ts";
import type { Service } from "./ecs/service.ts";
import { type Journey, startJourney } from "./testing/journey.ts";

/** AWS's minute is a second, so that scale-in takes 15 s twice. */
const speed = 60;
const slow = { "sluice:expectedJobMilliseconds": "2000", "sluice:latencyTargetSeconds": "3", "sluice:slots": "2" };

let journey: Journey;
afterEach(() => journey.down());

describe("the scaling loop on the laptop", () => {
  it("brings tasks, then instances, for a backlog, and takes both back to the least", {
    timeout: 150_000,
  }, async () => {
    journey = await startJourney({ speed, config: { ...slow, "sluice:minTasks": "1", "sluice:maxTasks": "10" } });
    await until(() => service().runningCount === 1, service());
    // From zero two come at once; the one too many goes again.
    await untilInstances(() => countInstances() === 1);

    const ids = Array.from({ length: 80 }, (_, index) => `slow-${index}`);
    await Promise.all(ids.map((jobId) => journey.post({ jobId, payload: { sleepMs: 2_000 } })));
    const out = await activity(({ to }) => to === 10);
    await until(() => service().runningCount === 10, service());
    const most = countInstances();
    for (const jobId of ids) expect(await journey.finished(jobId)).toMatchObject({ state: "succeeded", attempts: 1 });
    const back = await activity(({ to }) => to === 1);
    await until(() => service().runningCount === 1, service());
    await untilInstances(() => countInstances() === 1);

    expect(out.cause).toContain("AlarmHigh");
    expect(back.cause).toContain("AlarmLow");
    // Ten tasks of 1 GiB, three an instance.
    expect(most).toBe(4);
    for (const jobId of ids) expect(journey.finishes.of(jobId)).toBe(1);
  });

  it("sleeps at zero without work, and a single job wakes it", { timeout: 100_000 }, async () => {
    journey = await startJourney({ speed, config: { ...slow, "sluice:minTasks": "0" } });
    expect([service().desiredCount, countInstances()]).toEqual([0, 0]);

    await journey.post({ jobId: "lonely", payload: "anybody there?" });
    const wake = await activity(({ from }) => from === 0);
    const job = await journey.finished("lonely");

    expect(wake).toMatchObject({ from: 0, to: 1 });
    expect(wake.cause).toContain("wake");
    expect(job).toMatchObject({ state: "succeeded", attempts: 1 });
    expect(journey.stack.cloud.scaling.activities.map(({ to }) => to)).not.toContain(2);
  });
});

function service(): Service {
  const [only] = journey.stack.cloud.services.values();
  if (!only) throw new Error("the stack has no service");
  return only;
}

function cluster(): EcsCluster {
  const [only] = journey.stack.cloud.ecs.clusters.values();
  if (!only) throw new Error("the stack has no cluster");
  return only;
}

function countInstances(): number {
  return cluster().instances().length;
}

/** The first scaling activity of that kind, also one that has been. */
async function activity(isMeant: (activity: Activity) => boolean): Promise<Activity> {
  const { activities, events } = journey.stack.cloud.scaling;
  for (;;) {
    const found = activities.find(isMeant);
    if (found) return found;
    await once(events, "activity");
  }
}

async function until(isSo: () => boolean, { events }: Service): Promise<void> {
  while (!isSo()) await Promise.race([once(events, "running"), once(events, "stopped")]);
}

async function untilInstances(isSo: () => boolean): Promise<void> {
  while (!isSo()) await once(cluster().events, "instances");
}
