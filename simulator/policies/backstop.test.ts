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

it("scales out when nobody else does, two minutes and ten seconds after the jobs came, once", () => {
  const { log } = play(burst, asleep, aws);

  // The minute from 600 s on ends at 660 s, is seen at 720 s and looked at at 730 s. 188 jobs of 5 s each were left then: 14
  // tasks were missing beside the one there is, and the next power of two is ordered. The alarm repeats that until the minute
  // of the order is seen at 840 s and two more datapoints have passed; the cooldown lets through only what exceeds it.
  expect(log.changes).toEqual([{ at: 730_000, tasks: 17 }]);
});

it("orders again when a cooldown has passed and tasks are still missing", () => {
  const arrivalSeconds = Float64Array.from({ length: 2_400 }, (_, job) => 600 + job);
  const jobs = { arrivalSeconds, serviceSeconds: arrivalSeconds.map(() => 20) };
  const rising = createScenario("rising", jobs, { endSeconds: 3_600 });

  const { log } = play(rising, asleep, aws);

  const tasks = log.changes.map((change) => change.tasks);
  expect(tasks.length).toBeGreaterThan(1);
  expect(tasks).toEqual(tasks.toSorted((a, b) => a - b));
});

it("wakes a service without tasks for one job, with one task", () => {
  const jobs = { arrivalSeconds: Float64Array.from([601]), serviceSeconds: Float64Array.from([10]) };
  const scenario = createScenario("lonely", jobs, { endSeconds: 3_600, minTasks: 0, initialTasks: 0 });

  const { log } = play(scenario, asleep, aws);

  expect(log.changes).toEqual([{ at: 730_000, tasks: 1 }]);
});

it("stays silent beside a controller that lives", () => {
  expect(replay(burst, steering, aws).backstopMoves).toBe(0);
  expect(replay(burst, steering, { ...aws, disturbances: ["outage"] }).backstopMoves).toBeGreaterThan(0);
});
