import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import type { Cloud } from "../cloud.ts";
import { CloudWatch } from "../cloudwatch/cloud-watch.ts";
import { FastClock } from "../fast-clock.ts";
import { cloudwatch } from "./cloudwatch.ts";

const minute = 60_000;
const topic = "arn:aws:sns:eu-central-1:1:alarms";

let clock: ManualClock;
let cloud: CloudWatch;
let told: string[];
beforeEach(() => {
  clock = new ManualClock();
  told = [];
  cloud = new CloudWatch(new FastClock(clock, 1), () => {});
  cloud.actions.set(topic, (alarm) => void told.push(alarm.state.value));
});
afterEach(() => cloud.close());

const insight = (id: string, metricName: string) => ({
  id,
  metric: {
    namespace: "ECS/ContainerInsights",
    metricName,
    dimensions: { ServiceName: "s" },
    stat: "Average",
    period: 60,
  },
});
const tasksMissing = {
  metricQueries: [
    {
      id: "missing",
      expression: "IF(desired > 0, desired - FILL(running, 0))",
      label: "Tasks missing",
      returnData: true,
    },
    insight("desired", "DesiredTaskCount"),
    insight("running", "RunningTaskCount"),
  ],
  comparisonOperator: "GreaterThanThreshold",
  threshold: 0,
  evaluationPeriods: 3,
  treatMissingData: "notBreaching",
  alarmActions: [topic],
  okActions: [topic],
};

it("makes an alarm over metric math, which fires and ends by what the expression comes to", async () => {
  make(tasksMissing);

  await publish(4, { desired: 2, running: 2 });
  const calm = [...told];
  await publish(4, { desired: 2, running: undefined });
  const missing = [...told];
  await publish(4, { desired: 2, running: 2 });

  expect(calm).toEqual(["OK"]);
  expect(missing).toEqual(["OK", "ALARM"]);
  expect(told).toEqual(["OK", "ALARM", "OK"]);
});

it("leaves what nothing is known of to how missing data is to be treated", async () => {
  make(tasksMissing);
  make({ ...tasksMissing, name: "unsure", treatMissingData: "missing" });

  await clock.advance(10 * minute);

  expect([...cloud.alarms.values()].map(({ state }) => state.value)).toEqual(["OK", "INSUFFICIENT_DATA"]);
});

it("refuses an expression that the laptop cannot evaluate, and one beside a metric", () => {
  const [, ...metrics] = tasksMissing.metricQueries;
  const rate = { id: "rate", expression: "RATE(desired)", returnData: true };

  expect(() => make({ ...tasksMissing, metricQueries: [rate, ...metrics] })).toThrow("came RATE with 1");
  expect(() => make({ ...tasksMissing, namespace: "Sluice" })).toThrow("or metricQueries");
});

/** Advances that many minutes with the same counts. */
async function publish(minutes: number, counts: { desired: number; running: number | undefined }): Promise<void> {
  const metric = (name: string) => ({ namespace: "ECS/ContainerInsights", name, dimensions: { ServiceName: "s" } });
  for (let n = 0; n < minutes; n++) {
    cloud.put([{ metric: metric("DesiredTaskCount"), value: counts.desired, at: undefined }]);
    if (counts.running !== undefined) {
      cloud.put([{ metric: metric("RunningTaskCount"), value: counts.running, at: undefined }]);
    }
    await clock.advance(minute);
  }
}

function make(inputs: object): void {
  const handler = cloudwatch["aws:cloudwatch/metricAlarm:MetricAlarm"];
  if (!handler) throw new Error("expected a handler for alarms");
  void handler.create({
    inputs: handler.schema.parse(inputs),
    name: "alarm",
    physicalName: "alarm",
    cloud: { cloudWatch: cloud, place: { region: "eu-central-1", accountId: "1" } } as unknown as Cloud,
  });
}
