import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Journey, startJourney } from "./testing/journey.ts";
import { killTask, onlyService, onlyTask, suspendPolicies } from "./testing/only-service.ts";

let journey: Journey;
beforeAll(async () => {
  // These tests move the count of tasks themselves; a controller that steers would put it back.
  journey = await startJourney({ config: { "sluice:scalingMode": "tracking", "sluice:ordered": "true" } });
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

describe("the jobs of a group", () => {
  it("are done in order, one at a time, while one fails, their worker is killed and their messages are lost", async () => {
    const work = [{ sleepMs: 200 }, { fail: { times: 1 } }, { sleepMs: 8_000 }, {}, { sleepMs: 200 }];
    const groups = ["red", "blue"].map((groupId) => ({
      groupId,
      ids: work.map((_, index) => `${groupId}-${index}`),
    }));
    for (const [index, payload] of work.entries()) {
      for (const { groupId, ids } of groups) await journey.post({ jobId: ids[index], payload, groupId, fifo: true });
    }
    await Promise.all(groups.map(({ groupId }) => journey.finishes.whenStarted(`${groupId}-2`)));

    killTask(onlyTask(journey), "SIGKILL");
    await purgeFifoQueue();
    await journey.post({ jobId: "red-5", payload: {}, groupId: "red", fifo: true });
    await Promise.all(groups.map(({ groupId }) => journey.expireLease(`${groupId}-2`)));

    groups[0]?.ids.push("red-5");
    for (const { ids } of groups) {
      const jobs = await Promise.all(ids.map((jobId) => journey.finished(jobId)));
      const times = jobs.flatMap(({ startedAt = "", finishedAt = "" }) => [startedAt, finishedAt]);
      expect(jobs.map(({ state }) => state)).toEqual(ids.map(() => "succeeded"));
      expect(times).toEqual([...times].sort());
    }
  });
});

async function purgeFifoQueue(): Promise<void> {
  const { sqs } = journey.stack.cloud;
  const QueueUrl = sqs.names().find((name) => name.endsWith(".fifo"));
  await sqs.handle("PurgeQueue", { QueueUrl }, new AbortController().signal);
}
