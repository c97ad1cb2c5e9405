import { backstopPolicy } from "../../autoscaler/policy/backstop.ts";
import type { Scenario } from "../replay/scenario.ts";
import type { Policy, StepWiring } from "./policy.ts";

export const backstopName = "backstop";

/** The policy with the backstop beside it, which acts on AWS's own metrics. */
export function withBackstop(policy: Policy, scenario: Scenario): Policy {
  const { wiring } = policy;
  return { ...policy, wiring: { ...wiring, steps: [...wiring.steps, wireBackstop(scenario)] } };
}

function wireBackstop({ waitTargetSeconds, expectedServiceSeconds, slotsPerTask }: Scenario): StepWiring {
  const backstop = backstopPolicy({ waitTargetSeconds, expectedServiceSeconds, slots: slotsPerTask });
  const cooldownMilliseconds = backstop.cooldownSeconds * 1_000;
  return {
    name: backstopName,
    series: "sqs-drain-seconds",
    alarm: {
      periodMilliseconds: backstop.periodSeconds * 1_000,
      statistic: "Average",
      threshold: backstop.thresholdSeconds,
      comparison: "GreaterThanThreshold",
      datapointsToAlarm: backstop.datapointsToAlarm,
      evaluationPeriods: backstop.datapointsToAlarm,
      treatMissingData: "notBreaching",
      actions: ["auto-scaling"],
    },
    on: "ALARM",
    policy: {
      adjustmentType: "PercentChangeInCapacity",
      aggregation: "Average",
      minAdjustmentMagnitude: backstop.tasksAtLeast,
      steps: backstop.steps.map(({ fromSeconds, toSeconds, percent }) => ({
        lowerBound: fromSeconds,
        upperBound: toSeconds ?? null,
        adjustment: percent,
      })),
    },
    cooldown: { outMilliseconds: cooldownMilliseconds, inMilliseconds: cooldownMilliseconds },
  };
}
