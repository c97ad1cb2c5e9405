import type { Sample } from "../../simulator/model/scaling/datapoints.ts";
import {
  type Evaluation,
  evaluationRangePeriods,
  type MetricAlarm,
} from "../../simulator/model/scaling/metric-alarm.ts";
import { AwsError } from "../aws-error.ts";
import type { FastClock } from "../fast-clock.ts";
import { Alarm } from "./alarm.ts";
import { metricLagMilliseconds } from "./metric-lag.ts";
import { type MathMetric, samplesOfMath } from "./metric-math/math-metric.ts";
import { type Metric, MetricStore } from "./metric-store.ts";
import { type Datum, readMetricData } from "./put-metric-data.ts";

/** What an alarm sets off, by the ARN in its actions; whoever makes a policy or a topic adds its own. */
export type AlarmAction = (alarm: Alarm, evaluation: Evaluation) => void;

export interface AlarmDefinition {
  name: string;
  metric: Metric | MathMetric;
  rule: MetricAlarm;
  /** ARNs; an action on an alarm's return to OK fires on the transition alone. */
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

  /** The API. */
  handle(action: string, input: unknown): object {
    if (action !== "PutMetricData") {
      throw new AwsError("UnsupportedOperation", `The laptop cloud's CloudWatch has no ${action}.`, 501);
    }
    this.put(readMetricData(input));
    return {};
  }

  /** Times are the machine's; a datum without one counts from now. `lagMilliseconds` is AWS's time until anyone sees it. */
  put(data: readonly Datum[], lagMilliseconds = 0): void {
    const now = this.#clock.now();
    for (const { metric, value, at } of data) {
      const time = at === undefined ? now : Math.min(now, this.#clock.at(at));
      this.metrics.add(metric, { at: time, visibleAt: now + lagMilliseconds, value });
    }
  }

  /** What AWS counts itself, once a minute: it belongs to the minute that has just passed, and is seen later still. */
  putCounts(counts: readonly Omit<Datum, "at">[]): void {
    const now = this.#clock.now();
    for (const { metric, value } of counts) {
      this.metrics.add(metric, { at: now - 60_000, visibleAt: now + metricLagMilliseconds, value });
    }
  }

  putAlarm({ name, metric, rule, alarmActions, okActions }: AlarmDefinition): Alarm {
    const samplesAt = (now: number) => this.#samplesOf(metric, rule, now);
    const alarm = new Alarm({ name, alarm: rule, samplesAt, clock: this.#clock });
    let last = alarm.state.value;
    alarm.listeners.push((_, evaluation) => {
      const { state, hasChanged, fires } = evaluation;
      // That an alarm has seen its first data and is content is no news.
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
    else this.#onEvent(`${alarm.name} would set off ${arn}, which is not there`);
  }
}

function pointsOf({ datapoints }: Evaluation): string {
  return datapoints.length === 0 ? "" : ` (${datapoints.map((point) => Number(point.toPrecision(4))).join(", ")})`;
}
