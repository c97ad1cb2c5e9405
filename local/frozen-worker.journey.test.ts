import { afterAll, beforeAll, expect, it } from "vitest";
import { type Journey, startJourney } from "./testing/journey.ts";
import { killTask, onlyService, onlyTask, suspendPolicies } from "./testing/only-service.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney({
    config: {
      // This test moves the count of tasks itself; a controller that steers would put it back.
      "sluice:scalingMode": "tracking",
      // The lease runs out by itself here. On a busy machine that may happen to a healthy worker too, and costs an attempt.
      "sluice:visibilitySeconds": "4",
      "sluice:maxAttempts": "100",
    },
  });
  suspendPolicies(journey);
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
