import type { Scenario } from "../replay/scenario.ts";
import { awsCooldown } from "./backlog-per-task.ts";
import { tasksForCpu, trackCpu } from "./cpu.ts";
import { definePolicy, type Policy, stepOnAlarm, withinBounds } from "./policy.ts";

/**
 * aws-cdk queue-processing-service-base.ts: CPU at 50 % beside steps on the visible messages (none: -1, from 100: +1, from
 * 500: +5), each by an alarm of one period; five minutes is the period of CDK's queue metrics. The scenario's bounds stand
 * in for CDK's 1 to 2 tasks.
 */
export function cdkQueueProcessing(scenario: Scenario): Policy {
  return definePolicy({
    name: "cdk-queue-processing",
    tickSeconds: 60,
    wiring: { tracking: [trackCpu(cpuTarget)], steps: [stepIn, stepOut] },
    memory: undefined,
    decide(memory, sample) {
      const { visibleJobs, desiredTasks } = sample;
      const step = visibleJobs >= 500 ? 5 : visibleJobs >= 100 ? 1 : visibleJobs <= 0 ? -1 : 0;
      const tasks = Math.max(desiredTasks + step, tasksForCpu(sample, cpuTarget));
      return { memory, tasks: withinBounds(scenario, tasks), actions: [] };
    },
  });
}

const cpuTarget = 50;

const onVisible = {
  series: "sqs-visible",
  periodMilliseconds: 300_000,
  statistic: "Maximum",
  cooldown: awsCooldown,
} as const;

const stepIn = stepOnAlarm({
  ...onVisible,
  name: "step-in",
  threshold: 0,
  comparison: "LessThanOrEqualToThreshold",
  steps: [[null, 0, -1]],
});

const stepOut = stepOnAlarm({
  ...onVisible,
  name: "step-out",
  threshold: 100,
  comparison: "GreaterThanOrEqualToThreshold",
  steps: [
    [0, 400, 1],
    [400, null, 5],
  ],
});
