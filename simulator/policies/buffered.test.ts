import { expect, it } from "vitest";
import { bufferedSteering, bufferedTracking, bufferedTrackingRunning, bufferedWithoutInstances } from "./buffered.ts";
import { policySample, sampleScenario } from "./testing/samples.ts";

const busy = policySample({ visibleJobs: 100, runningTasks: 0, desiredTasks: 1 });
const scenario = sampleScenario();

it("raises the floor, orders instances ahead and publishes how far it is from its wish", () => {
  const { tasks, actions } = bufferedSteering(scenario).begin()(busy, 0);

  expect(tasks).toBe(20);
  expect(actions).toEqual([
    { kind: "set-instance-floor", instances: 5 },
    { kind: "release-instances", emptySeconds: 300 },
    { kind: "set-floor", tasks: 20 },
    { kind: "publish", metric: "backlog", value: 2_000 },
  ]);
});

it("goes in by the floor first and the count after it", () => {
  const { actions } = bufferedWithoutInstances(scenario).begin()(policySample({ desiredTasks: 9, runningTasks: 9 }), 0);

  expect(actions.slice(0, 2)).toEqual([
    { kind: "set-floor", tasks: 1 },
    { kind: "set-desired", tasks: 1 },
  ]);
});

it("keeps instances for tasks that are still to stop, and as many as the last five minutes needed", () => {
  const ask = bufferedSteering(scenario).begin();
  const floorAt = (seconds: number, sample = policySample({ runningTasks: 9, desiredTasks: 1 })) =>
    ask(sample, seconds * 1_000).actions[0];

  expect(floorAt(0, busy)).toMatchObject({ instances: 5 });
  expect(floorAt(299)).toMatchObject({ instances: 5 });
  expect(floorAt(300)).toMatchObject({ instances: 3 });
});

it("publishes its wish among running or desired tasks, or among the running alone", () => {
  const sample = policySample({ visibleJobs: 100, runningTasks: 0, desiredTasks: 10 });

  expect(bufferedTracking(scenario).begin()(sample, 0).actions).toMatchObject([{ value: 200 }]);
  expect(bufferedTrackingRunning(scenario).begin()(sample, 0).actions).toMatchObject([{ value: 2_000 }]);
});
