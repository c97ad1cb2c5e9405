import type { Clock } from "../../runtime/clock.ts";
import type { Sample } from "../../simulator/model/scaling/datapoints.ts";
import {
  type AlarmState,
  checkAlarm,
  type Evaluation,
  evaluateAlarm,
  evaluationIntervalMilliseconds,
  type MetricAlarm,
  newAlarmState,
} from "../../simulator/model/scaling/metric-alarm.ts";

export interface AlarmOptions {
  name: string;
  alarm: MetricAlarm;
  /** What it watches, as far as it has come by that time. */
  samplesAt(now: number): readonly Sample[];
  /** AWS's own. */
  clock: Clock;
}

/** CloudWatch looks at a minute's point some seconds after the minute's end; AWS does not say how many. */
const evaluationDelayMilliseconds = 10_000;

/** An alarm's life: evaluated again and again, by the model, until it is stopped. */
export class Alarm {
  readonly name: string;
  readonly rule: MetricAlarm;
  state: AlarmState;
  /** Called with every evaluation; what it fires is theirs to carry out. */
  readonly listeners: ((alarm: Alarm, evaluation: Evaluation) => void)[] = [];
  readonly #options: AlarmOptions;
  #cancel = () => {};

  constructor(options: AlarmOptions) {
    checkAlarm(options.alarm);
    this.name = options.name;
    this.rule = options.alarm;
    this.state = newAlarmState(options.clock.now());
    this.#options = options;
    this.#wait();
  }

  stop(): void {
    this.#cancel();
  }

  #wait(): void {
    const { clock } = this.#options;
    const interval = evaluationIntervalMilliseconds(this.rule);
    const delay = Math.min(evaluationDelayMilliseconds, interval / 2);
    const now = clock.now();
    const due = (Math.floor((now - delay) / interval) + 1) * interval + delay;
    this.#cancel = clock.after(due - now, () => this.#evaluate());
  }

  #evaluate(): void {
    const { clock, samplesAt } = this.#options;
    const now = clock.now();
    const evaluation = evaluateAlarm(this.rule, this.state, samplesAt(now), now);
    this.state = evaluation.state;
    this.#wait();
    for (const listen of this.listeners) listen(this, evaluation);
  }
}
