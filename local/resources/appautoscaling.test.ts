import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { ApplicationAutoScaling } from "../application-autoscaling/application-auto-scaling.ts";
import type { Cloud } from "../cloud.ts";
import { CloudWatch } from "../cloudwatch/cloud-watch.ts";
import { FastClock } from "../fast-clock.ts";
import { appautoscaling } from "./appautoscaling.ts";
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
  cloud = { place: { region: "eu-central-1", accountId: "1" }, cloudWatch, scaling } as unknown as Cloud;
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

function make(type: string, inputs: object): Made {
  const handler = { ...appautoscaling, ...cloudwatch }[type];
  if (!handler) throw new Error(`expected a handler for ${type}`);
  return handler.create({
    inputs: handler.schema.parse(inputs),
    name: "backstop",
    physicalName: "backstop",
    cloud,
  }) as Made;
}
