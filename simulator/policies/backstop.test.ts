import { expect, it } from "vitest";
import { checkAlarm } from "../model/scaling/metric-alarm.ts";
import { checkStepPolicy } from "../model/scaling/step-policy-check.ts";
import { play, replay } from "../replay/replay.ts";
import { createScenario } from "../replay/scenario.ts";
import { withBackstop } from "./backstop.ts";
import { definePolicy, type PolicyFactory } from "./policy.ts";
import { steering } from "./steering.ts";
import { sampleScenario } from "./testing/samples.ts";
import { fixedMean } from "./yardsticks.ts";

/** 200 jobs of 10 s just after ten minutes, for one task of two slots: 1,000 s of work for it. */
const burst = (() => {
  const arrivalSeconds = Float64Array.from({ length: 200 }, () => 601);
  const jobs = { arrivalSeconds, serviceSeconds: arrivalSeconds.map(() => 10) };
  return createScenario("burst", jobs, { endSeconds: 3_600 });
})();

const asleep: PolicyFactory = () =>
  definePolicy<undefined>({
    name: "asleep",
    tickSeconds: 10,
    memory: undefined,
    decide: (memory) => ({ memory, tasks: 1, actions: [] }),
  });

const aws = { layer: "aws", seed: 1, hasBackstop: true } as const;

it("is an alarm and a policy that AWS would take", () => {
  const [step] = withBackstop(fixedMean(sampleScenario()), sampleScenario()).wiring.steps;

  if (!step) throw new Error("expected the backstop's step policy");
  expect(() => checkAlarm(step.alarm)).not.toThrow();
  expect(() => checkStepPolicy(step.policy)).not.toThrow();
});

it("goes out when nobody else does, two minutes and ten seconds after the jobs came", () => {
  const { log } = play(burst, asleep, aws);

  // The minute from 600 s on ends at 660 s, is seen at 720 s and looked at at 730 s. 188 jobs of 5 s each were left then, 15 W:
  // twice seven tasks more for the one there is.
  expect(log.changes[0]).toEqual({ at: 730_000, tasks: 15 });
});

it("never goes in, and stops going out when its alarm has seen what it ordered", () => {
  const { log } = play(burst, asleep, aws);

  const tasks = log.changes.map((change) => change.tasks);
  expect(tasks).toEqual(tasks.toSorted((a, b) => a - b));
  // The minute in which it acted is seen at 840 s.
  expect(log.changes.every(({ at }) => at < 850_000)).toBe(true);
});

it("stays silent beside a controller that lives", () => {
  expect(replay(burst, steering, aws).backstopMoves).toBe(0);
  expect(replay(burst, steering, { ...aws, disturbances: ["outage"] }).backstopMoves).toBeGreaterThan(0);
});
