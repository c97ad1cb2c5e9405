import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Service } from "./ecs/service.ts";
import { type Journey, startJourney } from "./testing/journey.ts";

let journey: Journey;
beforeEach(async () => {
  // These tests move the count of tasks themselves; a controller that steers would put it back.
  journey = await startJourney({ config: { "sluice:scalingMode": "tracking" } });
});
afterEach(() => journey.down());

const sleeper = (jobId: string, sleepMs: number) => ({ jobId, payload: { sleepMs } });

describe("a busy worker", () => {
  it("is protected from scale-in until its last job is done", async () => {
    await journey.post(sleeper("busy", 2_500));
    await running(["busy"]);
    const task = onlyTask();
    await expect.poll(() => onlyService().isProtected(task.id)).toBe(true);
    const stopped = once(onlyService().events, "stopped");

    onlyService().setDesiredCount(0);
    const job = await journey.finished("busy");
    await stopped;

    expect(job).toMatchObject({ state: "succeeded", attempts: 1 });
  });
});

describe("a worker that goes", () => {
  it("killed, loses nothing and finishes nothing twice", async () => {
    const ids = ["a", "b", "c"];
    await Promise.all(ids.map((jobId) => journey.post(sleeper(jobId, 1_500))));
    await running(ids);

    kill(onlyTask(), "SIGKILL");

    for (const jobId of ids) expect(await journey.finished(jobId)).toMatchObject({ state: "succeeded", attempts: 2 });
    for (const jobId of ids) expect(journey.finishes.of(jobId)).toBe(1);
  });

  it("frozen past its lease, lets go of the job that another has done when it thaws", async () => {
    const [service] = journey.stack.cloud.services.values();
    await journey.post(sleeper("frozen", 1_000));
    await running(["frozen"]);
    const frozen = onlyTask();

    kill(frozen, "SIGSTOP");
    service?.setDesiredCount(2);
    const job = await journey.finished("frozen");
    kill(frozen, "SIGCONT");
    const isItsLoss = (line: string) => line.startsWith(`task/${frozen.id} `) && line.includes("lost the job");
    await expect.poll(() => journey.lines.some(isItsLoss)).toBe(true);

    expect(job).toMatchObject({ state: "succeeded", attempts: 2 });
    expect(await journey.get("frozen")).toEqual(job);
    expect(journey.finishes.of("frozen")).toBe(1);
  });

  it("drained, finishes what it can in time", async () => {
    await journey.post(sleeper("short", 1_500));
    await running(["short"]);

    onlyService().stopTask(onlyTask().id, "a drill");

    expect(await journey.finished("short")).toMatchObject({ state: "succeeded", attempts: 1 });
  });

  it("drained five times, hands a healthy job back without using up an attempt or the redrive limit", async () => {
    await journey.post(sleeper("long", 8_000));
    for (let drains = 0; drains < 5; drains++) {
      await running(["long"]);
      const task = onlyTask();
      const stopped = once(onlyService().events, "stopped");
      onlyService().stopTask(task.id, "a drill");
      await stopped;
    }

    const job = await journey.finished("long");

    expect(job).toMatchObject({ state: "succeeded", attempts: 1 });
    expect(journey.deadLetterJobIds()).toEqual([]);
    expect(journey.finishes.of("long")).toBe(1);
  });
});

function onlyService(): Service {
  const [service] = journey.stack.cloud.services.values();
  if (!service) throw new Error("the stack has no service");
  return service;
}

function onlyTask() {
  const tasks = onlyService()
    .tasks()
    .filter(({ status }) => status === "RUNNING");
  const [task] = tasks;
  if (!task || tasks.length > 1) throw new Error(`expected one running task; there are ${tasks.length}`);
  return task;
}

function kill(task: { pid?: number | undefined }, signal: NodeJS.Signals): void {
  // The whole group: a stopped container stops its handlers as well.
  process.kill(-(task.pid ?? 0), signal);
}

async function running(ids: string[]): Promise<void> {
  for (const jobId of ids) {
    await expect.poll(async () => (await journey.get(jobId)).state, { timeout: 20_000, interval: 50 }).toBe("running");
  }
}
