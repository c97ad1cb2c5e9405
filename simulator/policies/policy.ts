import type { ScalingAction } from "../../autoscaler/decide/plan-actions.ts";
import type { Sample } from "../../autoscaler/decide/sample.ts";
import type { MetricAlarm } from "../model/scaling/metric-alarm.ts";
import type { CooldownLengths } from "../model/scaling/scaling-activity.ts";
import type { StepScalingPolicy } from "../model/scaling/step-scaling.ts";
import type { TargetTrackingPolicy } from "../model/scaling/target-tracking.ts";
import type { Scenario } from "../replay/scenario.ts";

/** A scaling policy, ready for one scenario. */
export interface Policy {
  name: string;
  /** Scaling policies and alarms on AWS; none where the policy sets the count itself. */
  wiring: Wiring;
  tickSeconds: number;
  /** Starts without memory; the returned function remembers its last call. */
  begin(): (sample: PolicySample, nowMilliseconds: number) => Decided;
}

export type PolicyFactory = (scenario: Scenario) => Policy;

/** The values that a policy reads at a tick; the counts are those of this moment. */
export interface PolicySample extends Sample {
  /** How busy the slots of running tasks were since the last tick. */
  usePercent: number;
}

export interface Decided {
  /** The desired count; on the ideal layer it takes effect at once. */
  tasks: number;
  /** The policy's actions on AWS. */
  actions: readonly Action[];
}

export type Action =
  | ScalingAction
  /** PutMetricData, to the series of that name. */
  | { kind: "publish"; metric: string; value: number };

export interface Wiring {
  tracking: readonly TrackingWiring[];
  steps: readonly StepWiring[];
}

export interface TrackingWiring {
  name: string;
  series: SeriesName;
  policy: TargetTrackingPolicy;
  cooldown: CooldownLengths;
}

export interface StepWiring {
  name: string;
  series: SeriesName;
  alarm: MetricAlarm;
  /** Which state of the alarm the policy is the action of. */
  on: "ALARM" | "OK";
  policy: StepScalingPolicy;
  cooldown: CooldownLengths;
}

/** Step scaling on an alarm of one period. Each step is its lower bound, its upper bound and its adjustment. */
export function stepOnAlarm({
  name,
  series,
  cooldown,
  on = "ALARM",
  adjustmentType = "ChangeInCapacity",
  steps,
  ...alarm
}: StepRule): StepWiring {
  return {
    name,
    series,
    on,
    cooldown,
    alarm: {
      ...alarm,
      datapointsToAlarm: 1,
      evaluationPeriods: 1,
      treatMissingData: "missing",
      actions: ["auto-scaling"],
    },
    policy: {
      adjustmentType,
      aggregation: alarm.statistic,
      steps: steps.map(([lowerBound, upperBound, adjustment]) => ({ lowerBound, upperBound, adjustment })),
    },
  };
}

interface StepRule
  extends Pick<StepWiring, "name" | "series" | "cooldown">,
    Pick<MetricAlarm, "periodMilliseconds" | "threshold" | "comparison"> {
  on?: StepWiring["on"];
  statistic: StepScalingPolicy["aggregation"];
  adjustmentType?: StepScalingPolicy["adjustmentType"];
  steps: readonly [lowerBound: number | null, upperBound: number | null, adjustment: number][];
}

/** A published metric, the visible messages as SQS reports them each minute, in all or per task, the metric math of backstop and scale-from-zero, or ECS's CPU. */
export type SeriesName =
  | `published:${string}`
  | "sqs-visible"
  | "sqs-visible-at-once"
  | "sqs-visible-per-task"
  | "missing-tasks"
  | "waiting-at-zero"
  | "ecs-cpu";

export interface PolicySpec<Memory> extends Omit<Policy, "begin" | "wiring"> {
  wiring?: Partial<Wiring>;
  memory: Memory;
  /** Pure. */
  decide(memory: Memory, sample: PolicySample, nowMilliseconds: number): Decided & { memory: Memory };
}

/** Gives a pure rule its memory. */
export function definePolicy<Memory>(spec: PolicySpec<Memory>): Policy {
  return {
    name: spec.name,
    tickSeconds: spec.tickSeconds,
    wiring: { tracking: [], steps: [], ...spec.wiring },
    begin() {
      let memory = spec.memory;
      return (sample, now) => {
        const decided = spec.decide(memory, sample, now);
        memory = decided.memory;
        return decided;
      };
    },
  };
}

/** Between the least and the most tasks that a scenario allows. */
export function withinBounds({ minTasks, maxTasks }: Pick<Scenario, "minTasks" | "maxTasks">, tasks: number): number {
  return Math.min(maxTasks, Math.max(minTasks, tasks));
}
