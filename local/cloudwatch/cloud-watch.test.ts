import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { FastClock } from "../fast-clock.ts";
import type { AlarmDefinition } from "./cloud-watch.ts";
import { CloudWatch } from "./cloud-watch.ts";
import type { Metric } from "./metric-store.ts";

const speed = 60;
const second = 1_000;
const metric: Metric = { namespace: "Sluice", name: "BacklogPerTask", dimensions: { ServiceName: "worker" } };

let clock: ManualClock;
let events: string[];
let cloudWatch: CloudWatch;

beforeEach(() => {
  clock = new ManualClock();
  events = [];
  cloudWatch = new CloudWatch(new FastClock(clock, speed), (message) => void events.push(message));
});

function publish(value: number): void {
  cloudWatch.handle("PutMetricData", {
    Namespace: metric.namespace,
    MetricData: [
      {
        MetricName: metric.name,
        Value: value,
        Timestamp: clock.now() / 1000,
        Unit: "Count",
        Dimensions: [{ Name: "ServiceName", Value: "worker" }],
      },
    ],
  });
}

function putAlarm(changes: Partial<AlarmDefinition> = {}) {
  return cloudWatch.putAlarm({
    name: "too-much",
    metric,
    rule: {
      periodMilliseconds: 60 * second,
      statistic: "Average",
      threshold: 10,
      comparison: "GreaterThanThreshold",
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: "missing",
      actions: ["auto-scaling", "other"],
    },
    alarmActions: ["arn:aws:sns:eu-central-1:000000000000:alarms"],
    okActions: [],
    ...changes,
  });
}

describe("an alarm", () => {
  it("at speed 60 looks once a second, at what a minute of AWS's clock held", async () => {
    const told: number[] = [];
    cloudWatch.actions.set("arn:aws:sns:eu-central-1:000000000000:alarms", () => void told.push(clock.now()));
    const alarm = putAlarm();

    for (let n = 0; n < 6; n++) {
      publish(11);
      await clock.advance(second);
    }

    expect(alarm.state.value).toBe("ALARM");
    expect(told).toHaveLength(1);
    expect(told[0]).toBeLessThanOrEqual(3.2 * second);
    expect(events).toEqual(["too-much is ALARM (values 11, 11, 11)"]);
    cloudWatch.close();
  });

  it("without data says so, and acts in neither direction", async () => {
    const alarm = putAlarm();

    await clock.advance(20 * second);

    expect(alarm.state.value).toBe("INSUFFICIENT_DATA");
    expect(events).toEqual([]);
    cloudWatch.close();
  });

  it("says which action is not there, rather than nothing", async () => {
    putAlarm();

    for (let n = 0; n < 5; n++) {
      publish(11);
      await clock.advance(second);
    }

    expect(events.at(-1)).toBe(
      "too-much has an action that does not exist: arn:aws:sns:eu-central-1:000000000000:alarms",
    );
    cloudWatch.close();
  });

  it("ends with the cloud", async () => {
    const alarm = putAlarm();

    cloudWatch.close();
    for (let n = 0; n < 5; n++) {
      publish(11);
      await clock.advance(second);
    }

    expect(alarm.state.value).toBe("INSUFFICIENT_DATA");
  });
});

describe("PutMetricData", () => {
  it("keeps values with their counts, at the moment they name", async () => {
    await clock.advance(10 * second);
    cloudWatch.handle("PutMetricData", {
      Namespace: "Sluice",
      MetricData: [{ MetricName: "Wait", Values: [1, 2], Counts: [2, 1], Timestamp: 4 }],
    });

    const samples = cloudWatch.metrics.samplesOf({ namespace: "Sluice", name: "Wait", dimensions: {} });

    expect(samples.map(({ value }) => value)).toEqual([1, 1, 2]);
    expect(samples[0]?.at).toBe(4 * second * speed);
    expect(samples[0]?.visibleAt).toBe(10 * second * speed);
  });

  it.each([
    ["a namespace of AWS's own", { Namespace: "AWS/SQS", MetricData: [{ MetricName: "A", Value: 1 }] }],
    ["a datum without a value", { Namespace: "A", MetricData: [{ MetricName: "A" }] }],
    ["a value that is no number", { Namespace: "A", MetricData: [{ MetricName: "A", Value: "1" }] }],
    ["counts that do not fit", { Namespace: "A", MetricData: [{ MetricName: "A", Values: [1], Counts: [1, 2] }] }],
    ["no data", { Namespace: "A", MetricData: [] }],
    ["an unknown field", { Namespace: "A", MetricData: [{ MetricName: "A", Value: 1, Color: "red" }] }],
  ])("refuses %s", (_, input) => {
    expect(() => cloudWatch.handle("PutMetricData", input)).toThrow();
    expect(cloudWatch.metrics.list()).toEqual([]);
  });

  it("is the only action, and says so", () => {
    expect(() => cloudWatch.handle("GetMetricData", {})).toThrow('has no action "GetMetricData"');
  });
});
