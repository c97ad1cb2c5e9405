import { AppError } from "../../../runtime/errors.ts";
import { type AlarmRule, judgeDatapoints, type StateValue } from "./alarm-verdict.ts";
import { datapointsAt, type Sample, type Series } from "./datapoints.ts";
import { defaults } from "./parameters.ts";

/** One evaluation of a CloudWatch alarm at `now`: its next state, the actions that fire, the real points it saw. */
export function evaluateAlarm(
  alarm: MetricAlarm,
  state: AlarmState,
  samples: readonly Sample[],
  now: number,
): Evaluation {
  const points = datapointsAt(alarm, samples, evaluationRangePeriods(alarm), now);
  const isBreaching = comparisons[alarm.comparison];
  const marks = points.map((point) => (point === undefined ? undefined : isBreaching(point, alarm.threshold)));
  const value = judgeDatapoints(alarm, marks, state.value);
  const hasChanged = value !== state.value;
  const fires = value === "ALARM" ? alarm.actions.filter((action) => hasChanged || repeats(action, state, now)) : [];
  return {
    state: {
      value,
      since: hasChanged ? now : state.since,
      actedAt: fires.includes("auto-scaling") ? now : state.actedAt,
    },
    hasChanged,
    fires,
    datapoints: points.filter((point) => point !== undefined).slice(-alarm.evaluationPeriods),
  };
}

/** How many whole periods an evaluation looks back over. */
export function evaluationRangePeriods({ evaluationPeriods }: AlarmRule): number {
  return evaluationPeriods + defaults.evaluationRangeExtraPeriods;
}

/** How long from one evaluation to the next. */
export function evaluationIntervalMilliseconds(alarm: Series): number {
  return alarm.periodMilliseconds >= defaults.standardEvaluationMilliseconds
    ? defaults.standardEvaluationMilliseconds
    : defaults.highResolutionEvaluationMilliseconds;
}

/** A new alarm knows nothing. Source: [A] CloudWatch "alarm-evaluation": INSUFFICIENT_DATA, the alarm has just started. */
export function newAlarmState(now: number): AlarmState {
  return { value: "INSUFFICIENT_DATA", since: now, actedAt: undefined };
}

/** Throws unless PutMetricAlarm would take the alarm. */
export function checkAlarm(alarm: MetricAlarm): void {
  const { periodMilliseconds, evaluationPeriods, datapointsToAlarm } = alarm;
  if (
    !shortPeriods.includes(periodMilliseconds) &&
    (periodMilliseconds < minute || periodMilliseconds % minute !== 0)
  ) {
    throw invalid(`A period is 10, 20 or 30 s or whole minutes; this one is ${periodMilliseconds} ms.`, alarm);
  }
  if (!Number.isInteger(evaluationPeriods) || evaluationPeriods < 1) {
    throw invalid(`Evaluation periods are a whole number from 1; these are ${evaluationPeriods}.`, alarm);
  }
  if (!Number.isInteger(datapointsToAlarm) || datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods) {
    throw invalid(`Datapoints to alarm are 1 to ${evaluationPeriods}; these are ${datapointsToAlarm}.`, alarm);
  }
  const span = periodMilliseconds * evaluationPeriods;
  if (periodMilliseconds < 60 * minute && span > defaults.evaluationSpanLimitMilliseconds) {
    throw invalid(`Periods under an hour may span a day; these span ${span} ms.`, alarm);
  }
}

export interface MetricAlarm extends Series, AlarmRule {
  threshold: number;
  comparison: Comparison;
  actions: readonly ActionKind[];
}

export type Comparison = keyof typeof comparisons;

/** Auto Scaling actions repeat while the alarm stays in ALARM; all others fire on the transition alone. */
export type ActionKind = "auto-scaling" | "other";

export interface AlarmState {
  value: StateValue;
  since: number;
  /** When the Auto Scaling action last fired. */
  actedAt: number | undefined;
}

export interface Evaluation {
  state: AlarmState;
  hasChanged: boolean;
  fires: readonly ActionKind[];
  /** Oldest first; at most as many as the evaluation periods. */
  datapoints: readonly number[];
}

const minute = 60_000;
const shortPeriods: readonly number[] = [10_000, 20_000, 30_000];

const comparisons = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
};

function repeats(action: ActionKind, state: AlarmState, now: number): boolean {
  if (action !== "auto-scaling") return false;
  return state.actedAt === undefined || now - state.actedAt >= defaults.alarmActionRepeatMilliseconds;
}

function invalid(message: string, alarm: MetricAlarm): AppError {
  return new AppError("invalid-alarm", message, { details: { alarm } });
}
