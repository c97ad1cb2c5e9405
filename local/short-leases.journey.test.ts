import { afterAll, beforeAll, expect, it } from "vitest";
import type { JobView } from "../contract/http.ts";
import { systemClock } from "../runtime/clock.ts";
import { type Journey, startJourney } from "./testing/journey.ts";
import { killTask, onlyService, onlyTask, suspendPolicies } from "./testing/only-service.ts";
import { type Leases, watchLeases } from "./testing/watch-leases.ts";

/** Echo jobs that may run at the same time. */
const limit = 3;

let journey: Journey;
let leases: Leases;
beforeAll(async () => {
  journey = await startJourney({
    config: {
      // This test moves the count of tasks itself; a controller that steers would put it back.
      "sluice:scalingMode": "tracking",
      // The lease runs out by itself here. On a busy machine that may happen to a healthy worker too, and costs an attempt.
      "sluice:visibilitySeconds": "4",
      "sluice:maxAttempts": "100",
      "sluice:concurrency": JSON.stringify({ echo: limit }),
    },
  });
  suspendPolicies(journey);
  leases = watchLeases(journey.stack.cloud, systemClock);
});
afterAll(() => journey.down());

it("a worker frozen past its lease lets go of the job that another has done when it thaws", async () => {
  await journey.post({ jobId: "frozen", payload: { sleepMs: 5_000 } });
  await journey.finishes.whenRenewed("frozen");
  const frozen = onlyTask(journey);

  killTask(frozen, "SIGSTOP");
  onlyService(journey).setDesiredCount(2);
  const job = await journey.finished("frozen");
  killTask(frozen, "SIGCONT");
  // Its heartbeat finds out first, or the handler's result does, which the freeze has delayed.
  const isItsLoss = (line: string) =>
    line.startsWith(`task/${frozen.id} `) && /lost the lease|did not write the attempt's outcome/.test(line);
  await expect.poll(() => journey.lines.some(isItsLoss)).toBe(true);

  expect(job.state).toBe("succeeded");
  expect(job.interruptions).toBeGreaterThanOrEqual(1);
  expect(await journey.get("frozen")).toEqual(job);
  expect(journey.finishes.of("frozen")).toBe(1);
});

it("a type with a limit keeps to it in a storm of its jobs, while workers are killed, and loses none", async () => {
  const service = onlyService(journey);
  service.setDesiredCount(3);
  const ids = Array.from({ length: 20 }, (_, index) => `limited-${index}`);
  for (const jobId of ids) await journey.post({ jobId, payload: { sleepMs: 1_500 } });

  for (const jobId of ["limited-4", "limited-12"]) {
    await journey.finishes.when(jobId);
    const task = service.tasks().find(({ status }) => status === "RUNNING");
    if (task) killTask(task, "SIGKILL");
  }
  const jobs = await Promise.all(ids.map((jobId) => journey.finished(jobId)));

  expect(jobs.map(({ state }) => state)).toEqual(ids.map(() => "succeeded"));
  expect(ids.map((jobId) => journey.finishes.of(jobId))).toEqual(ids.map(() => 1));
  expect(Math.max(...leases.counts)).toBe(limit);
  expect(Math.max(...overlaps(jobs))).toBeLessThanOrEqual(limit);
});

/** For each run that its handler's log tells of: how many others of these ran when it began, itself included. */
function overlaps(jobs: readonly JobView[]): number[] {
  const runs = jobs.map(({ log = [] }) => {
    const began = log.findLast(({ text }) => text.startsWith("sleeping"));
    const ended = log.findLast(({ text }) => text.startsWith("slept"));
    if (!began || !ended) throw new Error(`expected both ends of a run in the log; came ${JSON.stringify(log)}`);
    return { from: Date.parse(began.at), to: Date.parse(ended.at) };
  });
  return runs.map(({ from }) => runs.filter((other) => other.from <= from && from < other.to).length);
}
