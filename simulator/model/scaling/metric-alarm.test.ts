import { describe, expect, it } from "vitest";
import type { Sample } from "./datapoints.ts";
import {
  checkAlarm,
  evaluateAlarm,
  evaluationIntervalMilliseconds,
  type MetricAlarm,
  newAlarmState,
} from "./metric-alarm.ts";

const minute = 60_000;
const alarm: MetricAlarm = {
  periodMilliseconds: minute,
  statistic: "Average",
  threshold: 10,
  comparison: "GreaterThanThreshold",
  datapointsToAlarm: 2,
  evaluationPeriods: 2,
  treatMissingData: "missing",
  actions: ["auto-scaling", "other"],
};

/** One sample a minute, visible at once. */
function perMinute(values: readonly number[]): Sample[] {
  return values.map((value, index) => ({ at: index * minute, visibleAt: index * minute, value }));
}

/** What fired at each of the evaluations. */
function play(rule: MetricAlarm, values: readonly number[], times: readonly number[]): string[] {
  let state = newAlarmState(0);
  return times.map((now) => {
    const next = evaluateAlarm(rule, state, perMinute(values), now);
    state = next.state;
    return `${state.value}: ${next.fires.join(", ")}`;
  });
}

describe("a CloudWatch alarm", () => {
  it("starts in INSUFFICIENT_DATA and stays there without data [A] CloudWatch alarm-evaluation", () => {
    const next = evaluateAlarm(alarm, newAlarmState(0), [], minute);

    expect(next).toEqual({ state: newAlarmState(0), hasChanged: false, fires: [], datapoints: [] });
  });

  it("repeats its Auto Scaling action each minute in ALARM, other actions fire on the transition [A23] AlarmThatSendsEmail.md", () => {
    const minutes = [2, 3, 4, 5].map((count) => count * minute);

    expect(play(alarm, [20, 20, 20, 20, 5], minutes)).toEqual([
      "ALARM: auto-scaling, other",
      "ALARM: auto-scaling",
      "ALARM: auto-scaling",
      "OK: ",
    ]);
  });

  it("repeats each minute, not each evaluation, at 10 second periods [A23] repost cloudwatch-alarms-trigger-actions", () => {
    const fast = { ...alarm, periodMilliseconds: 10_000, datapointsToAlarm: 1, evaluationPeriods: 1 };
    const samples = Array.from({ length: 20 }, (_, index) => ({ at: index * 10_000, visibleAt: 0, value: 20 }));
    let state = newAlarmState(0);
    const fired: number[] = [];

    for (let now = 10_000; now <= 140_000; now += 10_000) {
      const next = evaluateAlarm(fast, state, samples, now);
      state = next.state;
      if (next.fires.includes("auto-scaling")) fired.push(now);
    }

    expect(fired).toEqual([10_000, 70_000, 130_000]);
  });

  it("notes when it changed and which points it saw", () => {
    const next = evaluateAlarm(alarm, newAlarmState(0), perMinute([1, 20, 30]), 3 * minute);

    expect(next).toMatchObject({
      state: { value: "ALARM", since: 3 * minute },
      hasChanged: true,
      datapoints: [20, 30],
    });
  });

  it("looks at older real points when the newest are not there yet [A] alarms-and-missing-data.html", () => {
    const next = evaluateAlarm(alarm, newAlarmState(0), perMinute([20, 30]), 4 * minute);

    expect(next).toMatchObject({ state: { value: "ALARM" }, datapoints: [20, 30] });
  });

  it("sees nothing of a metric that always comes later than its evaluation range reaches back, N + 2 [?]", () => {
    const fast = { ...alarm, periodMilliseconds: 10_000, datapointsToAlarm: 1, evaluationPeriods: 1 };
    const samples = (lag: number) =>
      Array.from({ length: 30 }, (_, index) => ({ at: index * 10_000, visibleAt: index * 10_000 + lag, value: 20 }));

    expect(evaluateAlarm(fast, newAlarmState(0), samples(30_000), 240_000).state.value).toBe("ALARM");
    expect(evaluateAlarm(fast, newAlarmState(0), samples(30_001), 240_000).state.value).toBe("INSUFFICIENT_DATA");
  });

  it.each([
    ["GreaterThanThreshold", "OK", "ALARM"],
    ["GreaterThanOrEqualToThreshold", "ALARM", "ALARM"],
    ["LessThanThreshold", "OK", "OK"],
    ["LessThanOrEqualToThreshold", "ALARM", "OK"],
  ] as const)("with %s is %s at the threshold and %s above it", (comparison, at, above) => {
    const one = { ...alarm, comparison, datapointsToAlarm: 1, evaluationPeriods: 1 };
    const stateFor = (value: number) => evaluateAlarm(one, newAlarmState(0), perMinute([value]), minute).state.value;

    expect(stateFor(10)).toBe(at);
    expect(stateFor(11)).toBe(above);
  });

  it.each([
    [10_000, 10_000],
    [20_000, 10_000],
    [30_000, 10_000],
    [60_000, 60_000],
    [300_000, 60_000],
  ])("with a period of %d ms is evaluated every %d ms [A] botocore PutMetricAlarm", (periodMilliseconds, expected) => {
    expect(evaluationIntervalMilliseconds({ ...alarm, periodMilliseconds })).toBe(expected);
  });
});

describe("an alarm CloudWatch would refuse [A] botocore PutMetricAlarm", () => {
  it.each([
    [{ periodMilliseconds: 15_000 }, "10, 20 or 30 s or whole minutes"],
    [{ periodMilliseconds: 90_000 }, "10, 20 or 30 s or whole minutes"],
    [{ evaluationPeriods: 0 }, "from 1"],
    [{ datapointsToAlarm: 3 }, "1 to 2"],
    [{ evaluationPeriods: 1_441 }, "span a day"],
  ])("with %j says why", (changes, message) => {
    expect(() => checkAlarm({ ...alarm, ...changes })).toThrow(message);
  });

  it.each([10_000, 20_000, 30_000, 60_000, 300_000])("is not one with a period of %d ms", (periodMilliseconds) => {
    expect(() => checkAlarm({ ...alarm, periodMilliseconds })).not.toThrow();
  });

  it("is not one of hours that spans more than a day", () => {
    expect(() => checkAlarm({ ...alarm, periodMilliseconds: 60 * minute, evaluationPeriods: 25 })).not.toThrow();
  });
});
