import { describe, expect, it } from "vitest";
import { metricName, trackPublished } from "../../policies/backlog-per-task.ts";
import { trackCpu } from "../../policies/cpu.ts";
import { type Action, definePolicy, type PolicySpec, type StepWiring } from "../../policies/policy.ts";
import { play } from "../replay.ts";
import { createScenario, type ScenarioOptions } from "../scenario.ts";

const publish = (value: number): Action => ({ kind: "publish", metric: metricName, value });

/** Plays a policy on an hour without jobs but for those given, with two tasks; tells what became desired when. */
function changesUnder(
  spec: Pick<PolicySpec<undefined>, "wiring"> & { actionsAt?: (seconds: number) => readonly Action[] },
  { jobs = [], ...options }: ScenarioOptions & { jobs?: readonly [arrival: number, service: number][] } = {},
) {
  const list = {
    arrivalSeconds: Float64Array.from(jobs, ([arrival]) => arrival),
    serviceSeconds: Float64Array.from(jobs, ([, service]) => service),
  };
  const scenario = createScenario("none", list, { initialTasks: 2, endSeconds: 3_600, ...options });
  const policy = () =>
    definePolicy<undefined>({
      name: "told",
      tickSeconds: 10,
      wiring: spec.wiring,
      memory: undefined,
      decide: (memory, _sample, now) => ({ memory, tasks: 0, actions: spec.actionsAt?.(now / 1_000) ?? [] }),
    });
  return play(scenario, policy, { layer: "aws", seed: 1 }).log.changes.map(({ at, tasks }) => [at / 1_000, tasks]);
}

const tracking = { tracking: [trackPublished(100)] };

describe("target tracking", () => {
  it("goes out ten seconds after the third minute above the target, by the running tasks", () => {
    const [first] = changesUnder({ wiring: tracking, actionsAt: (now) => (now < 200 ? [publish(250)] : []) });

    expect(first).toEqual([190, 5]);
  });

  it("goes in after fifteen minutes below nine tenths of it", () => {
    const changes = changesUnder({ wiring: tracking, actionsAt: () => [publish(40)] }, { initialTasks: 10 });

    expect(changes[0]).toEqual([910, 4]);
  });

  it("does nothing at nine tenths, nor without data", () => {
    expect(changesUnder({ wiring: tracking, actionsAt: () => [publish(95)] }, { initialTasks: 10 })).toEqual([]);
    expect(changesUnder({ wiring: tracking })).toEqual([]);
  });

  it("adds within a cooldown only what a larger scale-out asks beyond the last", () => {
    const changes = changesUnder({ wiring: tracking, actionsAt: (now) => (now < 700 ? [publish(150)] : []) });

    // From 2 tasks to 3; then from 3 to 5, which is 2 more where 1 is credited already: 4.
    expect(changes.slice(0, 2)).toEqual([
      [190, 3],
      [250, 4],
    ]);
  });

  it("goes out by CPU later, as that arrives late: all slots work from ten minutes on", () => {
    const jobs = Array.from({ length: 4 }, (): [number, number] => [600, 1_800]);

    const [first] = changesUnder({ wiring: { tracking: [trackCpu(50)] } }, { jobs });

    expect(first).toEqual([910, 4]);
  });
});

describe("step scaling", () => {
  const step = (on: StepWiring["on"], adjustment: number): StepWiring => ({
    name: on,
    series: "sqs-visible-at-once",
    on,
    alarm: {
      periodMilliseconds: 10_000,
      statistic: "Average",
      threshold: 3,
      comparison: "GreaterThanThreshold",
      datapointsToAlarm: 1,
      evaluationPeriods: 1,
      treatMissingData: "ignore",
      actions: ["auto-scaling"],
    },
    policy: {
      adjustmentType: "ChangeInCapacity",
      aggregation: "Average",
      steps: [{ lowerBound: null, upperBound: null, adjustment }],
    },
    cooldown: { outMilliseconds: 5_000, inMilliseconds: 5_000 },
  });

  it("acts when its alarm comes, each minute while it stays, and once when it goes", () => {
    // Four slots are busy from 30 to 160 s, and ten more jobs wait that long.
    const jobs = Array.from({ length: 14 }, (_, job): [number, number] => [30, job < 4 ? 130 : 0.1]);

    const changes = changesUnder({ wiring: { steps: [step("ALARM", 1), step("OK", -1)] } }, { jobs, maxTasks: 4 });

    expect(changes).toEqual([
      [75, 3],
      [135, 2],
    ]);
  });
});

describe("what a policy does itself", () => {
  const at =
    (seconds: number, ...actions: Action[]) =>
    (now: number) =>
      now >= seconds && now < seconds + 10 ? actions : [];

  it("moves the count by a floor, and leaves it where it is above one", () => {
    const raised = changesUnder({ actionsAt: at(100, { kind: "set-min-capacity", tasks: 7 }) });
    const lowered = changesUnder({ actionsAt: at(100, { kind: "set-min-capacity", tasks: 0 }) });

    expect(raised).toMatchObject([[expect.closeTo(105, -1), 7]]);
    expect(lowered).toEqual([]);
  });

  it("sets the count outside the bounds, as UpdateService may", () => {
    const changes = changesUnder({ actionsAt: at(100, { kind: "set-desired-count", tasks: 0 }) });

    expect(changes).toMatchObject([[expect.closeTo(105, -1), 0]]);
  });
});
