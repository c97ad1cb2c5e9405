import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { awsCron } from "../../contract/task-schedules.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { ApplicationAutoScaling } from "../application-autoscaling/application-auto-scaling.ts";
import type { Cloud } from "../cloud.ts";
import { CloudWatch } from "../cloudwatch/cloud-watch.ts";
import { FastClock } from "../fast-clock.ts";
import { appautoscaling, readAwsCron } from "./appautoscaling.ts";
import { cloudwatch } from "./cloudwatch.ts";
import type { Made } from "./resource.ts";

const minute = 60_000;
const resourceId = "service/c/worker";
const ofService = { serviceNamespace: "ecs", resourceId, scalableDimension: "ecs:service:DesiredCount" };
const visible = { namespace: "AWS/SQS", name: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: "jobs" } };
const need = { namespace: "Sluice", name: "NeedPercent", dimensions: {} };

let clock: ManualClock;
let cloud: Cloud;
let service: { desiredCount: number; runningCount: number; setDesiredCount(count: number): void };
beforeEach(() => {
  clock = new ManualClock();
  const fastClock = new FastClock(clock, 1);
  const cloudWatch = new CloudWatch(fastClock, () => {});
  service = {
    desiredCount: 5,
    runningCount: 5,
    setDesiredCount: (count) => void Object.assign(service, { desiredCount: count, runningCount: count }),
  };
  const scaling = new ApplicationAutoScaling({ clock, fastClock, cloudWatch, findService: () => service });
  cloud = {
    place: { region: "eu-central-1", accountId: "1" },
    cloudWatch,
    scaling,
    stopSchedules: [],
  } as unknown as Cloud;
  make("aws:appautoscaling/target:Target", { ...ofService, minCapacity: 1, maxCapacity: 40 });
});
afterEach(() => cloud.cloudWatch.close());

it("scales out by a share, and by so many at least, when an alarm over metric math says so", async () => {
  backstop();

  await publish(visible, 500, 1);
  const out = [service.desiredCount];
  await publish(visible, 500, 2);
  out.push(service.desiredCount);
  await publish(visible, 0, 10);

  // 20 % of five is one, so the minimum step of three counts; after a cooldown of two minutes it is three again.
  expect(out).toEqual([8, 11]);
  expect(service.desiredCount).toBe(11);
  expect(cloud.scaling.activities[0]?.cause).toMatch(
    /^monitor alarm backstop in state ALARM triggered policy backstop/,
  );
});

it("takes nothing back by a policy that may only scale out", async () => {
  track({ disableScaleIn: true });

  await publish(need, 160, 3);
  const out = service.desiredCount;
  await publish(need, 10, 30);

  expect(out).toBe(8);
  expect(service.desiredCount).toBe(8);
});

it("takes back by a policy that may, by the statistic that it names", async () => {
  track({ disableScaleIn: false });

  await publish(need, 40, 17);

  expect(service.desiredCount).toBe(2);
});

describe("a scheduled action", () => {
  const berlin = { timezone: "Europe/Berlin" };
  const schedule = (name: string, cron: string, minCapacity: number, maxCapacity: number) =>
    make(
      "aws:appautoscaling/scheduledAction:ScheduledAction",
      { ...ofService, ...berlin, schedule: cron, scalableTargetAction: { minCapacity, maxCapacity } },
      name,
    );
  const limits = () => cloud.scaling.targets().map(({ min, max, declaredMin }) => [min, max, declaredMin])[0];

  // The clock begins with 1970, when Berlin was one hour before UTC.
  it("sets both limits at its times, by the clock of its time zone, until the stack ends", async () => {
    schedule("day", "cron(0 8 * * ? *)", 8, 40);
    schedule("night", "cron(0 18 * * ? *)", 0, 2);
    const night = [limits(), service.desiredCount];

    await clock.advance(7 * 60 * minute);
    const day = [limits(), service.desiredCount];
    await clock.advance(10 * 60 * minute);
    const nextNight = [limits(), service.desiredCount];
    for (const stop of cloud.stopSchedules) stop();
    await clock.advance(24 * 60 * minute);

    expect(night).toEqual([[0, 2, 0], 2]);
    expect(day).toEqual([[8, 40, 8], 8]);
    expect(nextNight).toEqual([[0, 2, 0], 2]);
    expect(limits()).toEqual([0, 2, 0]);
    expect(cloud.scaling.activities.at(-1)).toMatchObject({ trigger: "schedule", from: 8, to: 2 });
  });

  it("does nothing while scheduled scaling is suspended", async () => {
    schedule("day", "cron(0 8 * * ? *)", 1, 40);
    cloud.scaling.register(resourceId, { suspended: { scheduled: true } });
    schedule("noon", "cron(0 12 * * ? *)", 8, 40);

    await clock.advance(12 * 60 * minute);

    expect(limits()).toEqual([1, 40, 1]);
  });
});

describe("AWS's cron expressions", () => {
  it.each(["0 8 * * MON-FRI", "*/5 * * * *", "0,30 8-18 1,15 JAN-MAR *", "0 */6 */2 */3 *", "0 9 * * SUN-TUE,SAT"])(
    "are read as the program writes them: %s",
    (cron) => {
      expect(readAwsCron(awsCron(cron))).toBe(cron);
    },
  );

  it.each([
    "rate(1 day)",
    "cron(0 8 * * ? 2027)",
    "cron(0 8 L * ? *)",
    "cron(0 8 ? * 2-6 *)",
    "cron(0 8 ? * 2#1 *)",
    "cron(5/10 * * * ? *)",
  ])("are refused where cron cannot say the same: %s", (expression) => {
    expect(() => readAwsCron(expression)).toThrow(expect.objectContaining({ code: "schedule" }));
  });
});

function track({ disableScaleIn }: { disableScaleIn: boolean }): void {
  make("aws:appautoscaling/policy:Policy", {
    ...ofService,
    policyType: "TargetTrackingScaling",
    targetTrackingScalingPolicyConfiguration: {
      targetValue: 100,
      disableScaleIn,
      customizedMetricSpecification: { namespace: need.namespace, metricName: need.name, statistic: "Maximum" },
    },
  });
}

function backstop(): void {
  const policy = make("aws:appautoscaling/policy:Policy", {
    ...ofService,
    policyType: "StepScaling",
    stepScalingPolicyConfiguration: {
      adjustmentType: "PercentChangeInCapacity",
      minAdjustmentMagnitude: 3,
      metricAggregationType: "Maximum",
      cooldown: 120,
      stepAdjustments: [{ metricIntervalLowerBound: "0", scalingAdjustment: 20 }],
    },
  });
  const metric = { namespace: visible.namespace, metricName: visible.name, dimensions: visible.dimensions };
  make("aws:cloudwatch/metricAlarm:MetricAlarm", {
    name: "backstop",
    metricQueries: [
      { id: "drain", expression: "visible * 30 / 4", returnData: true },
      { id: "visible", metric: { ...metric, stat: "Maximum", period: 60 } },
    ],
    comparisonOperator: "GreaterThanThreshold",
    threshold: 120,
    evaluationPeriods: 1,
    treatMissingData: "notBreaching",
    alarmActions: [policy.outputs.arn],
  });
}

async function publish(metric: typeof visible | typeof need, value: number, minutes: number): Promise<void> {
  for (let n = 0; n < minutes; n++) {
    cloud.cloudWatch.put([
      { metric, value, at: undefined },
      { metric, value: value / 4, at: undefined },
    ]);
    await clock.advance(minute);
  }
  // The alarm is evaluated ten seconds after the minute.
  await clock.advance(15_000);
}

function make(type: string, inputs: object, name = "backstop"): Made {
  const handler = { ...appautoscaling, ...cloudwatch }[type];
  if (!handler) throw new Error(`expected a handler for ${type}`);
  return handler.create({
    inputs: handler.schema.parse(inputs),
    name,
    physicalName: name,
    cloud,
  }) as Made;
}
