import type { Scenario } from "../replay/scenario.ts";
import { awsCooldown } from "./backlog-per-task.ts";
import { definePolicy, type Policy, type PolicySample, type TrackingWiring, withinBounds } from "./policy.ts";

/** Target tracking on the tasks' average CPU, which is the share of their slots that work. */
export function trackCpu(targetPercent: number): TrackingWiring {
  return {
    name: "track-cpu",
    series: "ecs-cpu",
    policy: { target: targetPercent, statistic: "Average", isScaleInDisabled: false },
    cooldown: awsCooldown,
  };
}

/** Proportional scaling of the running tasks. */
export function tasksForCpu({ runningTasks, usePercent }: PolicySample, targetPercent: number): number {
  return Math.ceil((runningTasks * usePercent) / targetPercent);
}

/** Target tracking on CPU at 50 %, without any metric of the queue. */
export function cpuTracking(scenario: Scenario): Policy {
  return definePolicy({
    name: "cpu-50",
    tickSeconds: 60,
    wiring: { tracking: [trackCpu(target)] },
    memory: undefined,
    decide(memory, sample) {
      return { memory, tasks: withinBounds(scenario, tasksForCpu(sample, target)), actions: [] };
    },
  });
}

const target = 50;
