import type { Sample } from "../../simulator/model/scaling/datapoints.ts";
import {
  type Evaluation,
  evaluationRangePeriods,
  type MetricAlarm,
} from "../../simulator/model/scaling/metric-alarm.ts";
import { unsupported } from "../aws-error.ts";
import type { FastClock } from "../fast-clock.ts";
import { Alarm } from "./alarm.ts";
import { type MathMetric, samplesOfMath } from "./metric-math/math-metric.ts";
import { type Metric, MetricStore } from "./metric-store.ts";
import { type Datum, readMetricData } from "./put-metric-data.ts";

/** AWS's own metrics become visible one or two minutes late; AWS publishes no figure. */
const metricLagMilliseconds = 60_000;

/** An action of alarms, which name it by the ARN in `alarmActions`. The code that creates a policy or topic registers it. */
export type AlarmAction = (alarm: Alarm, evaluation: Evaluation) => void;

export interface AlarmDefinition {
  name: string;
  metric: Metric | MathMetric;
  rule: MetricAlarm;
  /** ARNs. An OK action runs only on the transition to OK. */
  alarmActions: readonly string[];
  okActions: readonly string[];
}

/** Metrics and the alarms over them, on AWS's clock. */
export class CloudWatch {
  readonly metrics = new MetricStore();
  readonly alarms = new Map<string, Alarm>();
  readonly actions = new Map<string, AlarmAction>();
  readonly #clock: FastClock;
  readonly #onEvent: (message: string) => void;

  constructor(clock: FastClock, onEvent: (message: string) => void) {
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  /** Answers an API call. */
  handle(action: string, input: unknown): object {
    if (action !== "PutMetricData") throw unsupported("CloudWatch", action);
    this.put(readMetricData(input));
    return {};
  }

  /** Adds values that are visible at once. Their times are the machine's; a value without a time gets the present one. */
  put(data: readonly Datum[]): void {
    const now = this.#clock.now();
    for (const { metric, value, at } of data) {
      const time = at === undefined ? now : Math.min(now, this.#clock.at(at));
      this.metrics.add(metric, { at: time, visibleAt: now, value });
    }
  }

  /** Adds values of one of AWS's own metrics, which become visible late. By default they belong to the minute just passed. */
  putCounts(
    namespace: string,
    dimensions: Metric["dimensions"],
    values: Record<string, number>,
    ageMilliseconds = 60_000,
  ): void {
    const now = this.#clock.now();
    for (const [name, value] of Object.entries(values)) {
      const sample = { at: now - ageMilliseconds, visibleAt: now + metricLagMilliseconds, value };
      this.metrics.add({ namespace, name, dimensions }, sample);
    }
  }

  putAlarm({ name, metric, rule, alarmActions, okActions }: AlarmDefinition): Alarm {
    const samplesAt = (now: number) => this.#samplesOf(metric, rule, now);
    const alarm = new Alarm({ name, alarm: rule, samplesAt, clock: this.#clock });
    let last = alarm.state.value;
    alarm.listeners.push((_, evaluation) => {
      const { state, hasChanged, fires } = evaluation;
      // Not reported: a change from no data to OK.
      if (hasChanged && (state.value === "ALARM" || last === "ALARM"))
        this.#onEvent(`${name} is ${state.value}${pointsOf(evaluation)}`);
      for (const arn of alarmActions) {
        const kind = arn.includes(":autoscaling:") ? "auto-scaling" : "other";
        if (fires.includes(kind)) this.#act(arn, alarm, evaluation);
      }
      last = state.value;
      if (hasChanged && state.value === "OK") for (const arn of okActions) this.#act(arn, alarm, evaluation);
    });
    this.alarms.set(name, alarm);
    return alarm;
  }

  close(): void {
    for (const alarm of this.alarms.values()) alarm.stop();
  }

  #samplesOf(metric: Metric | MathMetric, rule: MetricAlarm, now: number): readonly Sample[] {
    if (!("watched" in metric)) return this.metrics.samplesOf(metric);
    return samplesOfMath(metric, this.metrics, evaluationRangePeriods(rule), now);
  }

  #act(arn: string, alarm: Alarm, evaluation: Evaluation): void {
    const action = this.actions.get(arn);
    if (action) action(alarm, evaluation);
    else this.#onEvent(`${alarm.name} has an action that does not exist: ${arn}`);
  }
}

/** The latest datapoints. */
function pointsOf({ datapoints }: Evaluation): string {
  if (datapoints.length === 0) return "";
  const latest = datapoints.slice(-5).map((point) => Number(point.toPrecision(4)));
  return ` (values ${datapoints.length > latest.length ? "..., " : ""}${latest.join(", ")})`;
}
