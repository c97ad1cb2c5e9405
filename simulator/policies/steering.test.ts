import { expect, it } from "vitest";
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

it("leaves instances alone, or tasks as well", () => {
  const kindsOf = (policy: typeof steering) =>
    policy(scenario)
      .begin()(busy, 0)
      .actions.map(({ kind }) => kind);

  expect(kindsOf(steeringWithoutInstances)).toEqual(["set-min-capacity", "publish"]);
  expect(kindsOf(tracking)).toEqual(["publish"]);
});
