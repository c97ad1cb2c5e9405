import type { Scenario } from "../replay/scenario.ts";
import { definePolicy, type Policy, type StepWiring, stepOnAlarm, withinBounds } from "./policy.ts";

/** SST's aws-cluster-autoscaling example: one alarm, visible > 3 over 10 s; in ALARM +1, on OK -1; cooldown 5 s. */
export function sst(scenario: Scenario): Policy {
  return definePolicy({
    name: "sst-example",
    tickSeconds: 10,
    wiring: { steps: [stepBy("add-one", "ALARM", 1), stepBy("take-one", "OK", -1)] },
    memory: undefined,
    decide(memory, { visibleJobs, desiredTasks }) {
      return { memory, tasks: withinBounds(scenario, desiredTasks + (visibleJobs > 3 ? 1 : -1)), actions: [] };
    },
  });
}

function stepBy(name: string, on: StepWiring["on"], adjustment: number): StepWiring {
  return stepOnAlarm({
    name,
    series: "sqs-visible-at-once",
    periodMilliseconds: 10_000,
    statistic: "Average",
    threshold: 3,
    comparison: "GreaterThanThreshold",
    on,
    steps: [[null, null, adjustment]],
    cooldown: { outMilliseconds: 5_000, inMilliseconds: 5_000 },
  });
}
