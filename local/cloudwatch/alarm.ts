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
  /** The samples of the watched metric that exist at that time. */
  samplesAt(now: number): readonly Sample[];
  /** AWS's clock. */
  clock: Clock;
}

/** CloudWatch evaluates a minute some seconds after its end. AWS documents no number. */
const evaluationDelayMilliseconds = 10_000;

/** An alarm, evaluated by the model at regular times until it is stopped. */
export class Alarm {
  readonly name: string;
  readonly rule: MetricAlarm;
  state: AlarmState;
  /** Called with every evaluation; listeners carry out the actions. */
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
