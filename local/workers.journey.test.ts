import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Journey, startJourney } from "./testing/journey.ts";
import { killTask, onlyService, onlyTask, suspendPolicies } from "./testing/only-service.ts";

let journey: Journey;
beforeAll(async () => {
  // These tests move the count of tasks themselves; a controller that steers would put it back.
  journey = await startJourney({ config: { "sluice:scalingMode": "tracking" } });
  suspendPolicies(journey);
});
beforeEach(async () => {
  const service = onlyService(journey);
  service.setDesiredCount(1);
  while (service.tasks().length !== 1 || service.runningCount !== 1) {
    await Promise.race([once(service.events, "running"), once(service.events, "stopped")]);
  }
});
afterAll(() => journey.down());

/** Long enough that a busy machine finds it still at work. */
const sleeper = (jobId: string) => ({ jobId, payload: { sleepMs: 8_000 } });

describe("a busy worker", () => {
  it("is protected from scale-in until its last job is done", async () => {
    await journey.post(sleeper("busy"));
    await journey.finishes.whenStarted("busy");
    const task = onlyTask(journey);
    await expect.poll(() => onlyService(journey).isProtected(task.id), { interval: 10 }).toBe(true);
    const stopped = once(onlyService(journey).events, "stopped");

    onlyService(journey).setDesiredCount(0);
    const job = await journey.finished("busy");
    await stopped;

    expect(job).toMatchObject({ state: "succeeded", attempts: 1 });
  });
});

describe("a worker that goes", () => {
  it("killed, loses nothing and finishes nothing twice", async () => {
    const ids = ["a", "b", "c"];
    await Promise.all(ids.map((jobId) => journey.post(sleeper(jobId))));
    await Promise.all(ids.map((jobId) => journey.finishes.whenStarted(jobId)));

    killTask(onlyTask(journey), "SIGKILL");
    await Promise.all(ids.map((jobId) => journey.expireLease(jobId)));

    const interrupted = { state: "succeeded", attempts: 1, interruptions: 1 };
    for (const jobId of ids) expect(await journey.finished(jobId)).toMatchObject(interrupted);
    for (const jobId of ids) expect(journey.finishes.of(jobId)).toBe(1);
  });

  it("drained, finishes what it can in time", async () => {
    await journey.post(sleeper("short"));
    await journey.finishes.whenStarted("short");

    onlyService(journey).stopTask(onlyTask(journey).id, "a drill");

    expect(await journey.finished("short")).toMatchObject({ state: "succeeded", attempts: 1 });
  });
});
