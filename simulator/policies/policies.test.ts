import { describe, expect, it } from "vitest";
import { stepProposal } from "../model/scaling/step-scaling.ts";
import { copilot, queueExtension, textbook } from "./backlog-per-task.ts";
import { buildkite } from "./buildkite.ts";
import { policies } from "./catalogue.ts";
import { cdkQueueProcessing } from "./cdk-queue-processing.ts";
import { cpuTracking } from "./cpu.ts";
import { kedaDefault, kedaTuned } from "./keda.ts";
import { knative } from "./knative.ts";
import type { PolicyFactory } from "./policy.ts";
import { sst } from "./sst.ts";
import { policySample, sampleScenario } from "./testing/samples.ts";
import { watchbot } from "./watchbot.ts";
import { fixedMean, fixedPeak, jit } from "./yardsticks.ts";

const seconds = (count: number) => count * 1_000;
const decide = (create: PolicyFactory, changes: Parameters<typeof policySample>[0]) =>
  create(sampleScenario()).begin()(policySample(changes), 0);

describe("every policy", () => {
  it.each(Object.entries(policies))("%s answers the same to the same, and forgets when it begins anew", (_, create) => {
    const policy = create(sampleScenario());
    const samples = [policySample({ visibleJobs: 90 }), policySample({ jobsInFlight: 4 }), policySample()];
    const answers = () => {
      const ask = policy.begin();
      return samples.map((sample, index) => ask(sample, seconds(index * policy.tickSeconds)));
    };

    expect(answers()).toEqual(answers());
  });

  it.each(Object.entries(policies))("%s never wants fewer than the least nor more than the most", (_, create) => {
    const ask = create(sampleScenario({ minTasks: 2, maxTasks: 5 })).begin();
    const samples = [
      policySample({ visibleJobs: 1e6, desiredTasks: 5, usePercent: 100 }),
      policySample({ desiredTasks: 2 }),
    ];

    const counts = samples.map((sample, index) => ask(sample, seconds(index * 4_000)).tasks);

    for (const count of counts) expect(count >= 2 && count <= 5).toBe(true);
  });
});

describe("policies that publish a metric for target tracking", () => {
  it("copilot rounds up, counts no slots and rests 60 s and 120 s", () => {
    const [wiring] = copilot(sampleScenario()).wiring.tracking;

    expect(wiring).toMatchObject({
      policy: { target: 6 },
      cooldown: { outMilliseconds: 60_000, inMilliseconds: 120_000 },
    });
    expect(decide(copilot, { visibleJobs: 10, runningTasks: 4 }).actions).toEqual([
      { kind: "publish", metric: "backlog", value: 3 },
    ]);
  });

  it("the queue extension does not round, and rests 300 s", () => {
    const [wiring] = queueExtension(sampleScenario({ waitTargetSeconds: 65 })).wiring.tracking;

    expect(wiring).toMatchObject({ policy: { target: 6.5 }, cooldown: { outMilliseconds: 300_000 } });
    expect(decide(queueExtension, { visibleJobs: 7, runningTasks: 0 }).actions).toMatchObject([{ value: 7 }]);
  });

  it("the textbook knows slots", () => {
    expect(textbook(sampleScenario()).wiring.tracking[0]?.policy.target).toBe(12);
  });
});

describe("policies that CloudWatch's alarms drive", () => {
  it("CPU tracking asks for twice the tasks when all slots work", () => {
    expect(cpuTracking(sampleScenario()).wiring.tracking[0]).toMatchObject({
      series: "ecs-cpu",
      policy: { target: 50 },
    });
    expect(decide(cpuTracking, { runningTasks: 7, usePercent: 100 }).tasks).toBe(14);
  });

  it.each([
    [0, 9],
    [99, 10],
    [100, 11],
    [499, 11],
    [500, 15],
  ])("CDK's steps make of %i visible messages and 10 tasks %i", (visible, expected) => {
    const { steps } = cdkQueueProcessing(sampleScenario()).wiring;

    const counts = steps.flatMap(({ policy, alarm }) => {
      const isAbove = alarm.comparison === "GreaterThanOrEqualToThreshold";
      if (isAbove ? visible < alarm.threshold : visible > alarm.threshold) return [];
      const side = isAbove ? "above" : "below";
      return [stepProposal(policy, { datapoints: [visible], threshold: alarm.threshold, side }, 10)];
    });

    expect(counts.map((count) => (count.asks === "nothing" ? 10 : count.wanted))).toEqual(
      expected === 10 ? [] : [expected],
    );
  });

  it("SST's example adds one above three messages and takes one otherwise", () => {
    expect(decide(sst, { visibleJobs: 4, desiredTasks: 5 }).tasks).toBe(6);
    expect(decide(sst, { visibleJobs: 3, desiredTasks: 5 }).tasks).toBe(4);
  });

  it("watchbot adds a tenth of the most each five minutes, and all goes after ten without work", () => {
    const ask = watchbot(sampleScenario()).begin();
    const at = (minutes: number, visibleJobs: number, desiredTasks: number) =>
      ask(policySample({ visibleJobs, desiredTasks }), seconds(minutes * 60)).tasks;

    expect([at(0, 1, 1), at(4, 1, 21), at(5, 1, 21), at(14, 0, 41), at(15, 0, 41)]).toEqual([21, 21, 41, 41, 1]);
  });
});

describe("policies that set the count themselves", () => {
  it("KEDA counts what is in flight, five to a task, at most double or four more at once", () => {
    expect(decide(kedaDefault, { visibleJobs: 10, jobsInFlight: 6 }).tasks).toBe(4);
    expect(decide(kedaDefault, { visibleJobs: 500, desiredTasks: 3 }).tasks).toBe(7);
    expect(decide(kedaDefault, { visibleJobs: 500, desiredTasks: 10 }).tasks).toBe(20);
  });

  it("KEDA stays within 10 % of its target, and goes down to the highest recommendation of 300 s", () => {
    expect(decide(kedaDefault, { visibleJobs: 54, desiredTasks: 10 }).tasks).toBe(10);
    const ask = kedaDefault(sampleScenario()).begin();
    ask(policySample({ visibleJobs: 40, desiredTasks: 8 }), 0);

    expect(ask(policySample({ desiredTasks: 8 }), seconds(299)).tasks).toBe(8);
    expect(ask(policySample({ desiredTasks: 8 }), seconds(300)).tasks).toBe(1);
  });

  it("KEDA tuned takes 2 (1 + .4 * 60 / 10) jobs to a task", () => {
    expect(decide(kedaTuned, { visibleJobs: 68, desiredTasks: 9 }).tasks).toBe(10);
  });

  it("Knative panics at twice what is ready and then does not go down for 60 s", () => {
    const ask = knative(sampleScenario()).begin();
    const at = (now: number, visibleJobs: number) =>
      ask(policySample({ visibleJobs, runningTasks: 10 }), seconds(now)).tasks;

    expect(at(0, 28)).toBe(20);
    expect(at(59, 0)).toBe(20);
    expect(at(61, 0)).toBe(7);
  });

  it("buildkite has a slot for each job, orders instances with it, and waits an hour before it goes in", () => {
    const ask = buildkite(sampleScenario()).begin();

    expect(ask(policySample({ visibleJobs: 20 }), 0)).toMatchObject({
      tasks: 10,
      actions: [{ tasks: 10 }, { kind: "set-min-size", instances: 3 }],
    });
    expect(ask(policySample({ visibleJobs: 40, desiredTasks: 10 }), seconds(299)).tasks).toBe(10);
    expect(ask(policySample({ visibleJobs: 40, desiredTasks: 10 }), seconds(300)).tasks).toBe(20);
    expect(ask(policySample({ desiredTasks: 20 }), seconds(3_899)).tasks).toBe(20);
    expect(ask(policySample({ desiredTasks: 20 }), seconds(3_900)).tasks).toBe(1);
  });

  it("jit has a slot for each job there is", () => {
    expect(decide(jit, { visibleJobs: 3, jobsInFlight: 4 }).tasks).toBe(4);
  });

  it("a fixed count is the mean work or that of the busiest minute", () => {
    // 101 jobs of 10 s in 100 s, on two slots a task.
    expect(fixedMean(sampleScenario()).begin()(policySample(), 0).tasks).toBe(6);
    expect(fixedPeak(sampleScenario()).begin()(policySample(), 0).tasks).toBe(5);
  });
});
