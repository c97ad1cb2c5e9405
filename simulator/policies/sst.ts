import type { MetricAlarm } from "../model/scaling/metric-alarm.ts";
import type { Scenario } from "../replay/scenario.ts";
import { definePolicy, type Policy, type StepWiring, withinBounds } from "./policy.ts";

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

const alarm: MetricAlarm = {
  periodMilliseconds: 10_000,
  statistic: "Average",
  threshold: 3,
  comparison: "GreaterThanThreshold",
  datapointsToAlarm: 1,
  evaluationPeriods: 1,
  treatMissingData: "missing",
  actions: ["auto-scaling"],
};

function stepBy(name: string, on: StepWiring["on"], adjustment: number): StepWiring {
  return {
    name,
    series: "sqs-visible-at-once",
    alarm,
    on,
    policy: {
      adjustmentType: "ChangeInCapacity",
      aggregation: "Average",
      steps: [{ lowerBound: null, upperBound: null, adjustment }],
    },
    cooldown: { outMilliseconds: 5_000, inMilliseconds: 5_000 },
  };
}
