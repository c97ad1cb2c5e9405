import { describe, expect, it } from "vitest";
import { definePolicy, type PolicyFactory } from "../../policies/policy.ts";
import { steering, tracking } from "../../policies/steering.ts";
import { jit } from "../../policies/yardsticks.ts";
import { play, replay } from "../replay.ts";
import { createScenario, createShapeScenario } from "../scenario.ts";
import { disturbances } from "./disturb.ts";
import { findOutage } from "./outage.ts";
import { slowDown } from "./slow-jobs.ts";

/** One job of 20 s each 10 s for two hours, then three times as many for an hour: the rise is at two hours. */
const calmSeconds = 7_200;
const arrivals = [
  ...Array.from({ length: 720 }, (_, job) => job * 10),
  ...Array.from({ length: 1_080 }, (_, job) => calmSeconds + (job * 10) / 3),
];
const jobs = { arrivalSeconds: Float64Array.from(arrivals), serviceSeconds: Float64Array.from(arrivals, () => 20) };
const scenario = createScenario("rise", jobs, { initialTasks: 1 });

/** Wants so many tasks; tells when it was asked and how often it had been before, by its own memory. */
function spy(tasks: number) {
  const asked: { at: number; before: number }[] = [];
  const policy: PolicyFactory = () =>
    definePolicy<number>({
      name: "spy",
      tickSeconds: 10,
      memory: 0,
      decide(before, _sample, now) {
        asked.push({ at: Math.floor(now / 1_000), before });
        return { memory: before + 1, tasks, actions: [{ kind: "set-desired-count", tasks }] };
      },
    });
  return { asked, policy };
}

const aws = { layer: "aws", seed: 1 } as const;

describe("a controller", () => {
  it("is not asked while it is dead, and remembers afterwards", () => {
    const { asked, policy } = spy(4);

    play(scenario, policy, { ...aws, disturbances: ["outage"] });

    const { fromSeconds = 0, toSeconds = 0 } = findOutage(scenario) ?? {};
    expect(fromSeconds).toBe(calmSeconds);
    expect(asked.filter(({ at }) => at >= fromSeconds && at < toSeconds)).toEqual([]);
    expect(asked.find(({ at }) => at >= toSeconds)?.before).toBe(720);
  });

  it("begins with nothing when it is restarted, and misses no tick", () => {
    const { asked, policy } = spy(4);

    play(scenario, policy, { ...aws, disturbances: ["restart"] });

    const anew = asked.filter(({ before }) => before === 0).map(({ at }) => at);
    expect(anew).toEqual([expect.closeTo(0, -2), expect.closeTo(calmSeconds + 600, -2)]);
    expect(asked.every(({ at }, index) => index === 0 || at - (asked[index - 1]?.at ?? 0) === 10)).toBe(true);
  });
});

describe("slow jobs", () => {
  it("take ten times as long for a tenth of the list, and the bound grows with the work", () => {
    const slow = slowDown(scenario, 10);

    const longer = slow.jobs.serviceSeconds.filter((seconds) => seconds === 200).length;
    expect(longer).toBeGreaterThan(100);
    expect(slow.jobs.serviceSeconds.filter((seconds) => seconds === 20)).toHaveLength(
      jobs.arrivalSeconds.length - longer,
    );
    expect(slow.bounds.workHours - scenario.bounds.workHours).toBeCloseTo((longer * 180) / 2 / 3_600, 9);
    expect(slow.expectedServiceSeconds).toBe(scenario.expectedServiceSeconds);
  });
});

describe("the world", () => {
  it("replaces every task in a deployment, and none is missing meanwhile", () => {
    const { policy } = spy(8);
    const clean = replay(scenario, policy, aws);

    const deployed = replay(scenario, policy, { ...aws, disturbances: ["deployment"] });

    expect(deployed.tasksStarted).toBe(clean.tasksStarted + 8);
    expect(deployed.sloPercent).toBeGreaterThan(clean.sloPercent - 0.5);
  });

  it("takes a third of the instances away, and every job is done nevertheless", () => {
    const { policy } = spy(12);
    const clean = replay(scenario, policy, aws);

    const lost = replay(scenario, policy, { ...aws, disturbances: ["spot-loss"] });

    expect(lost.instancesLaunched).toBeGreaterThan(clean.instancesLaunched);
    expect(lost.unfinishedJobs).toBe(0);
  });
});

describe.each(Object.keys(disturbances))("under %s", (name) => {
  it("no job is lost, and nobody pays less than the work", () => {
    const service = { kind: "lognormal", meanSeconds: 8, variation: 1 } as const;
    const flash = createShapeScenario({ shape: "flash", meanRate: 1, durationSeconds: 7_200, service, seed: 2 });

    for (const policy of [steering, tracking, jit]) {
      const result = replay(flash, policy, { ...aws, disturbances: [name] });

      expect(result.unfinishedJobs).toBe(0);
      expect(result.taskRatio).toBeGreaterThanOrEqual(1);
      expect(result.instanceHours * flash.tasksPerInstance).toBeGreaterThanOrEqual(result.taskHours * (1 - 1e-9));
    }
  });
});

it("puts several disturbances into one replay", () => {
  const { asked, policy } = spy(4);

  play(scenario, policy, { ...aws, disturbances: ["outage", "lost-20"] });

  // 1,170 ticks of 10 s less 120 in the outage, a fifth of the rest lost.
  expect(asked.length).toBeGreaterThan(700);
  expect(asked.length).toBeLessThan(900);
});

it("refuses a disturbance that it does not know", () => {
  expect(() => play(scenario, spy(1).policy, { ...aws, disturbances: ["flood"] })).toThrow('came "flood"');
});
