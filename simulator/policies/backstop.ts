import { alarmPeriodSeconds, type BackstopPolicy, backstopPolicy } from "../../autoscaler/policy/backstop.ts";
import { scaleFromZero } from "../../autoscaler/policy/scale-from-zero.ts";
import type { Scenario } from "../replay/scenario.ts";
import type { Policy, StepWiring } from "./policy.ts";

export const backstopName = "backstop";

/** The policy with the backstop beside it, which acts on AWS's own metrics, and with scale-from-zero where `minTasks` is 0. */
export function withBackstop(policy: Policy, scenario: Scenario): Policy {
  const { wiring } = policy;
  const steps = [...wiring.steps, wireBackstop(scenario), ...(scenario.minTasks === 0 ? [fromZero] : [])];
  return { ...policy, wiring: { ...wiring, steps } };
}

export function backstopOf({ waitTargetSeconds, expectedServiceSeconds, slotsPerTask }: Scenario): BackstopPolicy {
  return backstopPolicy({ waitTargetSeconds, expectedServiceSeconds, slots: slotsPerTask });
}

function wireBackstop(scenario: Scenario): StepWiring {
  const backstop = backstopOf(scenario);
  const steps = backstop.steps.map(({ fromTasks, toTasks, addTasks }) => ({
    lowerBound: fromTasks,
    upperBound: toTasks ?? null,
    adjustment: addTasks,
  }));
  return stepsAboveZero({ name: backstopName, series: "missing-tasks" }, backstop, steps);
}

/** The scale-from-zero alarm with its policy. */
export const fromZero = stepsAboveZero({ name: "from-zero", series: "waiting-at-zero" }, scaleFromZero, [
  { lowerBound: 0, upperBound: null, adjustment: scaleFromZero.addTasks },
]);

/** Adds tasks by steps while the series is above zero. */
function stepsAboveZero(
  named: Pick<StepWiring, "name" | "series">,
  timing: { datapointsToAlarm: number; evaluationPeriods: number; cooldownSeconds: number },
  steps: StepWiring["policy"]["steps"],
): StepWiring {
  const cooldownMilliseconds = timing.cooldownSeconds * 1_000;
  return {
    ...named,
    alarm: {
      periodMilliseconds: alarmPeriodSeconds * 1_000,
      statistic: "Maximum",
      threshold: 0,
      comparison: "GreaterThanThreshold",
      datapointsToAlarm: timing.datapointsToAlarm,
      evaluationPeriods: timing.evaluationPeriods,
      treatMissingData: "notBreaching",
      actions: ["auto-scaling"],
    },
    on: "ALARM",
    policy: { adjustmentType: "ChangeInCapacity", aggregation: "Maximum", steps },
    cooldown: { outMilliseconds: cooldownMilliseconds, inMilliseconds: cooldownMilliseconds },
  };
}
