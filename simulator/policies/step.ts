import { alarmPeriodSeconds } from "../../autoscaler/policy/backstop.ts";
import { type StepOptions, type StepRule, stepRules } from "../../autoscaler/policy/step-rules.ts";
import { stepProposal } from "../model/scaling/step-scaling.ts";
import { limitsAt, type Scenario } from "../replay/scenario.ts";
import { fromZero } from "./backstop.ts";
import { definePolicy, type Policy, type PolicySample, type StepWiring, withinBounds } from "./policy.ts";

/** `scalingMode: step` on the queue's visible messages, with the steps that follow from the wait target. */
export function step(scenario: Scenario): Policy {
  return steps("step", scenario, "messages", "sqs-visible");
}

/** The same on the visible messages per task. */
export function stepPerTask(scenario: Scenario): Policy {
  return steps("step-per-task", scenario, "messages-per-task", "sqs-visible-per-task");
}

function steps(
  name: string,
  scenario: Scenario,
  stepMetric: StepOptions["stepMetric"],
  series: StepWiring["series"],
): Policy {
  const rules = stepRules({
    waitTargetSeconds: scenario.waitTargetSeconds,
    expectedJobMilliseconds: scenario.expectedServiceSeconds * 1_000,
    slots: scenario.slotsPerTask,
    maxTasks: scenario.maxTasks,
    stepMetric,
    scaleOutSteps: [],
    scaleInSteps: [],
    stepScaleOutCooldownSeconds: 300,
    stepScaleInCooldownSeconds: 300,
  });
  const out = wire("step-out", series, rules.out, "GreaterThanOrEqualToThreshold");
  const into = wire("step-in", series, rules.in, "LessThanOrEqualToThreshold");
  return definePolicy({
    name,
    tickSeconds: 60,
    wiring: { steps: [out, into, ...(scenario.minTasks === 0 ? [fromZero] : [])] },
    memory: undefined,
    decide: (memory, sample, now) => ({
      memory,
      tasks: withinBounds(limitsAt(scenario, now), apply([out, into], metricOf(stepMetric, sample), sample)),
      actions: [],
    }),
  });
}

function wire(
  name: string,
  series: StepWiring["series"],
  rule: StepRule,
  comparison: StepWiring["alarm"]["comparison"],
): StepWiring {
  const { adjustmentType, cooldownSeconds, threshold, datapointsToAlarm, evaluationPeriods } = rule;
  return {
    name,
    series,
    on: "ALARM",
    alarm: {
      periodMilliseconds: alarmPeriodSeconds * 1_000,
      statistic: "Maximum",
      threshold,
      comparison,
      datapointsToAlarm,
      evaluationPeriods,
      treatMissingData: "notBreaching",
      actions: ["auto-scaling"],
    },
    policy: {
      adjustmentType,
      aggregation: "Maximum",
      ...(adjustmentType === "PercentChangeInCapacity" ? { minAdjustmentMagnitude: 1 } : {}),
      steps: rule.steps.map(({ lowerBound, upperBound, adjustment }) => ({
        lowerBound: lowerBound ?? null,
        upperBound: upperBound ?? null,
        adjustment,
      })),
    },
    cooldown: { outMilliseconds: cooldownSeconds * 1_000, inMilliseconds: cooldownSeconds * 1_000 },
  };
}

function metricOf(stepMetric: StepOptions["stepMetric"], { visibleJobs, runningTasks, desiredTasks }: PolicySample) {
  return stepMetric === "messages" ? visibleJobs : visibleJobs / Math.max(1, runningTasks, desiredTasks);
}

/** Both rules without alarms and cooldowns, for the ideal layer. */
function apply(wirings: readonly StepWiring[], metric: number, { visibleJobs, desiredTasks }: PolicySample): number {
  if (desiredTasks === 0) return Math.min(1, visibleJobs);
  for (const { alarm, policy } of wirings) {
    const side = alarm.comparison.startsWith("Greater") ? "above" : "below";
    const isBreaching = side === "above" ? metric >= alarm.threshold : metric <= alarm.threshold;
    if (!isBreaching) continue;
    const proposal = stepProposal(policy, { datapoints: [metric], threshold: alarm.threshold, side }, desiredTasks);
    if (proposal.asks !== "nothing") return proposal.wanted;
  }
  return desiredTasks;
}
