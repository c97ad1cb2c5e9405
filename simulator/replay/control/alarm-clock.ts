import {
  type AlarmState,
  type Evaluation,
  evaluateAlarm,
  evaluationIntervalMilliseconds,
  type MetricAlarm,
  newAlarmState,
} from "../../model/scaling/metric-alarm.ts";
import type { SeriesName } from "../../policies/policy.ts";
import type { MetricFeed } from "./metric-feed.ts";

/** CloudWatch evaluates a period's point some seconds after its end; AWS does not publish how many. */
const evaluationDelayMilliseconds = 10_000;

/** One CloudWatch alarm with its own times of evaluation. */
export class AlarmClock {
  readonly rule: MetricAlarm;
  readonly #series: SeriesName;
  readonly #interval: number;
  #state: AlarmState = newAlarmState(0);
  #nextAt: number;

  constructor(rule: MetricAlarm, series: SeriesName) {
    this.rule = rule;
    this.#series = series;
    this.#interval = evaluationIntervalMilliseconds(rule);
    this.#nextAt = Math.min(evaluationDelayMilliseconds, this.#interval / 2);
  }

  nextDueAt(): number {
    return this.#nextAt;
  }

  /** Its evaluation when one is due. */
  step(feed: MetricFeed, now: number): Evaluation | undefined {
    if (now < this.#nextAt) return undefined;
    this.#nextAt += this.#interval;
    const evaluation = evaluateAlarm(this.rule, this.#state, feed.samplesOf(this.#series), now);
    this.#state = evaluation.state;
    return evaluation;
  }
}
