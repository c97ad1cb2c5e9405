import { expect, it } from "vitest";
import { play } from "../replay/replay.ts";
import { createShapeScenario } from "../replay/scenario.ts";
import { steering, steeringWithoutInstances, tracking } from "./steering.ts";
import { policySample, sampleScenario } from "./testing/samples.ts";

const busy = policySample({ visibleJobs: 100, runningTasks: 0, desiredTasks: 1 });
const scenario = sampleScenario();

it("acts on AWS by what the deployed code decides and plans, and publishes needed tasks over present ones", () => {
  const { tasks, actions } = steering(scenario).begin()(busy, 0);

  expect(tasks).toBe(30);
  expect(actions).toEqual([
    { kind: "set-min-capacity", tasks: 30 },
    { kind: "set-min-size", instances: 8 },
    { kind: "publish", metric: "backlog", value: 3_000 },
  ]);
});

it("remembers what it left on AWS, and does not do it again", () => {
  const ask = steering(scenario).begin();
  ask(busy, 0);

  const { actions } = ask(policySample({ visibleJobs: 100, runningTasks: 0, desiredTasks: 30 }), 10_000);

  expect(actions.map(({ kind }) => kind)).toEqual(["publish"]);
});

it("sets MinCapacity again after a scheduled action, which has set it too", () => {
  const taskSchedules = [{ cron: "0 8 * * *", timeZone: "UTC", minTasks: 4 }];
  const ask = steering(sampleScenario({ taskSchedules, beginMilliseconds: 8 * 3_600_000 - 10_000 })).begin();
  const still = policySample({ visibleJobs: 100, runningTasks: 0, desiredTasks: 30 });
  ask(busy, 0);

  const atEight = ask(still, 10_000).actions;
  const later = ask(still, 20_000).actions;

  expect(atEight).toContainEqual({ kind: "set-min-capacity", tasks: 30 });
  expect(later.map(({ kind }) => kind)).toEqual(["publish"]);
});

it("leaves instances alone, or tasks as well", () => {
  const kindsOf = (policy: typeof steering) =>
    policy(scenario)
      .begin()(busy, 0)
      .actions.map(({ kind }) => kind);

  expect(kindsOf(steeringWithoutInstances)).toEqual(["set-min-capacity", "publish"]);
  expect(kindsOf(tracking)).toEqual(["publish"]);
});

it.each(["burst", "nightly"] as const)("leaves target tracking nothing to do while it steers through a %s", (shape) => {
  const service = { kind: "lognormal", meanSeconds: 20, variation: 1 } as const;
  const list = { shape, meanRate: 1, durationSeconds: 5_400, service, seed: 1 };
  const movesUnder = (policy: typeof steering) =>
    play(createShapeScenario(list, {}), policy, { layer: "aws", seed: 1 }).moves.size;

  expect(movesUnder(steering)).toBe(0);
  expect(movesUnder(tracking)).toBeGreaterThan(0);
});
