import type { Scenario } from "../replay/scenario.ts";
import { metricName } from "./backlog-per-task.ts";
import { definePolicy, type Policy, type StepWiring, withinBounds } from "./policy.ts";

/**
 * mapbox/ecs-watchbot v10: while a message is visible, a tenth of the most (1 to 100) every five minutes; once nothing has
 * been visible or in flight for ten minutes, everything away.
 */
export function watchbot(scenario: Scenario): Policy {
  const step = Math.min(100, Math.max(1, Math.round(scenario.maxTasks / 10)));
  return definePolicy<Memory>({
    name: "watchbot",
    tickSeconds: 60,
    wiring: { steps: [addTenth(step), takeAll] },
    memory: { busyAt: 0, outAt: undefined },
    decide(memory, { visibleJobs, jobsInFlight, desiredTasks }, now) {
      const total = visibleJobs + jobsInFlight;
      const busyAt = total > 0 ? now : memory.busyAt;
      const isOut = visibleJobs >= 1 && (memory.outAt === undefined || now - memory.outAt >= outMilliseconds);
      const tasks = isOut ? desiredTasks + step : now - busyAt >= 2 * outMilliseconds ? 0 : desiredTasks;
      return {
        memory: { busyAt, outAt: isOut ? now : memory.outAt },
        tasks: withinBounds(scenario, tasks),
        actions: [{ kind: "publish", metric: metricName, value: total }],
      };
    },
  });
}

interface Memory {
  busyAt: number;
  outAt: number | undefined;
}

const outMilliseconds = 300_000;

const rule = {
  statistic: "Maximum",
  datapointsToAlarm: 1,
  evaluationPeriods: 1,
  treatMissingData: "missing",
  actions: ["auto-scaling"],
} as const;

function addTenth(adjustment: number): StepWiring {
  return {
    name: "add-tenth",
    series: "sqs-visible",
    alarm: { ...rule, periodMilliseconds: outMilliseconds, threshold: 1, comparison: "GreaterThanOrEqualToThreshold" },
    on: "ALARM",
    policy: {
      adjustmentType: "ChangeInCapacity",
      aggregation: "Maximum",
      steps: [{ lowerBound: 0, upperBound: null, adjustment }],
    },
    cooldown: { outMilliseconds, inMilliseconds: outMilliseconds },
  };
}

const takeAll: StepWiring = {
  name: "take-all",
  series: `published:${metricName}`,
  alarm: { ...rule, periodMilliseconds: 600_000, threshold: 0, comparison: "LessThanOrEqualToThreshold" },
  on: "ALARM",
  policy: {
    adjustmentType: "PercentChangeInCapacity",
    aggregation: "Maximum",
    steps: [{ lowerBound: null, upperBound: 0, adjustment: -100 }],
  },
  cooldown: { outMilliseconds, inMilliseconds: outMilliseconds },
};
