import { execFile } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { Activity } from "./application-autoscaling/application-auto-scaling.ts";
import type { EcsCluster } from "./ecs/cluster.ts";
import type { Service } from "./ecs/service.ts";
import { createOperator, writeOperator } from "./operator.ts";
import { writeOutputs } from "./outputs.ts";
import { type Journey, startJourney } from "./testing/journey.ts";

/** AWS's minute is a second, so that target tracking's quarter of an hour passes. */
const speed = 60;
/** Three seconds, so that a busy machine's controller has its ticks before the backstop has its two minutes. */
const steeringSpeed = 20;
const slow = {
  "sluice:expectedJobMilliseconds": "2000",
  "sluice:latencyTargetSeconds": "3",
  "sluice:slots": "2",
  // Leases are not what these tests are about; a busy machine may take seconds for a heartbeat.
  "sluice:visibilitySeconds": "20",
  "sluice:minTasks": "1",
  "sluice:maxTasks": "10",
};

let journey: Journey;
afterEach(() => journey.down());

describe("a steering controller", () => {
  it("brings tasks with their instances for a backlog at once, and takes both back to the least", {
    timeout: 150_000,
  }, async () => {
    journey = await startJourney({ speed: steeringSpeed, config: slow });
    await calm();

    const ids = await sendBacklog();
    await until(() => service().runningCount === 10, service());
    const most = countInstances();
    await allDone(ids);
    await calm();

    const { activities } = journey.stack.cloud.scaling;
    expect(activities.map(({ trigger }) => trigger)).not.toContain("AlarmHigh");
    expect(activities.find(({ to }) => to === 10)).toMatchObject({ trigger: "bounds" });
    // Ten tasks of 1 GiB, three an instance.
    expect(most).toBe(4);
    expect([floor(), cluster().capacity?.minimum]).toEqual([1, 1]);
    expect(await askController("status")).toMatch(/decided [\s\S]+set-floor +\d+ +done +\d+ jobs wait/);
    expect(await askController("explain")).toMatch(/^at \(UTC\)[\s\S]+the same +- +0 jobs wait and 0 run/);
  });

  it("lifts a service that sleeps at zero for a single job, once", { timeout: 100_000 }, async () => {
    journey = await startJourney({ speed, config: { ...slow, "sluice:minTasks": "0" } });
    expect([service().desiredCount, countInstances()]).toEqual([0, 0]);

    await journey.post({ jobId: "lonely", payload: "anybody there?" });
    const job = await journey.finished("lonely");
    await until(() => service().desiredCount === 0 && service().runningCount === 0, service());

    expect(job).toMatchObject({ state: "succeeded", attempts: 1 });
    expect(journey.stack.cloud.scaling.activities.map(({ from, to }) => [from, to])).toEqual([[0, 1]]);
  });
});

describe("a tracking controller", () => {
  const tracking = { ...slow, "sluice:scalingMode": "tracking" };

  it("publishes the need, by which target tracking brings tasks, then instances, and takes both back", {
    timeout: 150_000,
  }, async () => {
    journey = await startJourney({ speed, config: tracking });
    await calm();

    const ids = await sendBacklog();
    const out = await activity(({ to }) => to === 10);
    await allDone(ids);
    const back = await activity(({ to }) => to === 1);
    await calm();

    expect(out.cause).toContain("AlarmHigh");
    expect(back.cause).toContain("AlarmLow");
    expect(floor()).toBe(1);
  });

  it("leaves a service that sleeps at zero to the step policy that wakes it for a single job", {
    timeout: 100_000,
  }, async () => {
    journey = await startJourney({ speed, config: { ...tracking, "sluice:minTasks": "0" } });

    await journey.post({ jobId: "lonely", payload: "anybody there?" });
    const wake = await activity(({ from }) => from === 0);
    const job = await journey.finished("lonely");

    expect(wake).toMatchObject({ from: 0, to: 1 });
    expect(wake.cause).toContain("from-zero");
    expect(job).toMatchObject({ state: "succeeded", attempts: 1 });
  });
});

/** `npm run scaler`, as a process of its own. */
async function askController(command: string): Promise<string> {
  const { cloud, outputs } = journey.stack;
  const folder = cloud.options.directory;
  writeOutputs(folder, outputs);
  writeOperator(folder, createOperator(cloud, outputs));
  const main = fileURLToPath(new URL("../autoscaler/cli/main.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main, command, "--folder", folder, "--last", "90"]);
  return stdout;
}

/** Eighty jobs of two seconds, of which one task could start three before the target. */
async function sendBacklog(): Promise<string[]> {
  const ids = Array.from({ length: 80 }, (_, index) => `slow-${index}`);
  await Promise.all(ids.map((jobId) => journey.post({ jobId, payload: { sleepMs: 2_000 } })));
  return ids;
}

async function allDone(ids: string[]): Promise<void> {
  for (const jobId of ids) expect(await journey.finished(jobId)).toMatchObject({ state: "succeeded", attempts: 1 });
  for (const jobId of ids) expect(journey.finishes.of(jobId)).toBe(1);
}

/** One task on one instance: from zero two instances come at once, of which one goes again. */
async function calm(): Promise<void> {
  await until(() => service().runningCount === 1 && service().desiredCount === 1, service());
  while (countInstances() !== 1) await once(cluster().events, "instances");
}

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

/** MinCapacity of the scalable target. */
function floor(): number | undefined {
  return journey.stack.cloud.scaling.targets()[0]?.min;
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
