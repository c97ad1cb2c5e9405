import type { Scenario } from "../replay/scenario.ts";
import { metricName } from "./backlog-per-task.ts";
import { definePolicy, type Policy, type StepWiring, stepOnAlarm, withinBounds } from "./policy.ts";

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

const cooldown = { outMilliseconds, inMilliseconds: outMilliseconds };

function addTenth(adjustment: number): StepWiring {
  return stepOnAlarm({
    name: "add-tenth",
    series: "sqs-visible",
    periodMilliseconds: outMilliseconds,
    statistic: "Maximum",
    threshold: 1,
    comparison: "GreaterThanOrEqualToThreshold",
    steps: [[0, null, adjustment]],
    cooldown,
  });
}

const takeAll = stepOnAlarm({
  name: "take-all",
  series: `published:${metricName}`,
  periodMilliseconds: 600_000,
  statistic: "Maximum",
  threshold: 0,
  comparison: "LessThanOrEqualToThreshold",
  adjustmentType: "PercentChangeInCapacity",
  steps: [[null, 0, -100]],
  cooldown,
});
