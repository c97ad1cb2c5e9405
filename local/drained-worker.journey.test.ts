import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Journey, startJourney } from "./testing/journey.ts";
import { onlyService, onlyTask, suspendPolicies } from "./testing/only-service.ts";

let journey: Journey;
beforeAll(async () => {
  // Jobs are handed back after five seconds of ten.
  journey = await startJourney({ config: { "sluice:scalingMode": "tracking", "sluice:stopTimeoutSeconds": "10" } });
  suspendPolicies(journey);
});
afterAll(() => journey.down());

it("a worker drained five times hands a healthy job back without using up an attempt or the redrive limit", async () => {
  const service = onlyService(journey);
  await journey.post({ jobId: "long", payload: { sleepMs: 15_000 } });
  for (let drains = 0; drains < 5; drains++) {
    await expect.poll(async () => (await journey.get("long")).state, { interval: 50 }).toBe("running");
    const task = onlyTask(journey);
    const stopped = once(service.events, "stopped");
    service.stopTask(task.id, "a drill");
    await stopped;
  }

  const job = await journey.finished("long");

  expect(job).toMatchObject({ state: "succeeded", attempts: 1 });
  expect(journey.deadLetterJobIds()).toEqual([]);
  expect(journey.finishes.of("long")).toBe(1);
});
