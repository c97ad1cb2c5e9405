import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { viewFleet } from "./fleet.ts";
import { type Journey, startJourney } from "./testing/journey.ts";
import { killTask, onlyService, onlyTask } from "./testing/only-service.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney({
    config: { "sluice:compute": "fargate", "sluice:sharedFiles": "true", "sluice:scratchGigabytes": "50" },
  });
});
afterAll(() => journey.down());

const fleet = () => viewFleet(journey.stack.cloud, journey.stack.outputs.queueUrl ?? "");

it("runs jobs on tasks without instances, and steers their number", async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `job-${index}`);

  await Promise.all(ids.map((jobId) => journey.post({ jobId, payload: { sleepMs: 2_000 } })));
  await expect.poll(() => fleet().runningTasks).toBeGreaterThan(1);
  const jobs = await Promise.all(ids.map((jobId) => journey.finished(jobId)));

  expect(jobs.map(({ state, attempts }) => ({ state, attempts }))).toEqual(
    ids.map(() => ({ state: "succeeded", attempts: 1 })),
  );
  expect(fleet().instances).toBe(0);
  await expect.poll(() => fleet().desiredTasks).toBe(1);
});

it("gives all tasks one folder of this machine as shared files", () => {
  const { environment } = onlyService(journey).taskDefinition;
  const folders = ["one", "other"].map((taskId) => environment(taskId).SHARED_FOLDER ?? "");

  writeFileSync(join(folders[0] ?? "", "note"), "shared");

  expect(readFileSync(join(folders[1] ?? "", "note"), "utf8")).toBe("shared");
});

it("starts another task for one that died, and loses no job", async () => {
  await expect.poll(() => onlyService(journey).tasks().length).toBe(1);
  await journey.post({ jobId: "interrupted", payload: { sleepMs: 3_000 } });
  await journey.finishes.whenStarted("interrupted");

  killTask(onlyTask(journey), "SIGKILL");
  await journey.expireLease("interrupted");

  expect(await journey.finished("interrupted")).toMatchObject({ state: "succeeded", interruptions: 1 });
});
