import {
  type Activity,
  ApplicationAutoScaling,
} from "../../../local/application-autoscaling/application-auto-scaling.ts";
import type { Cloud } from "../../../local/cloud.ts";
import { CloudWatch } from "../../../local/cloudwatch/cloud-watch.ts";
import { FastClock } from "../../../local/fast-clock.ts";
import { appautoscaling } from "../../../local/resources/appautoscaling.ts";
import { cloudwatch } from "../../../local/resources/cloudwatch.ts";
import type { Made } from "../../../local/resources/resource.ts";
import { ManualClock } from "../../../runtime/clock.ts";
import { ofType, type Recorded, type Registration } from "../../testing/record-program.ts";

export const minute = 60_000;

export interface Stack {
  visibleJobs: number;
  /** SQS publishes nothing then. */
  isQueueIdle: boolean;
  readonly service: { desiredCount: number; runningCount: number };
  readonly activities: readonly Activity[];
  readonly alarmNames: readonly string[];
  isInAlarm(name: string): boolean;
  metricsOf(alarmName: string): unknown[];
  pass(milliseconds: number): Promise<void>;
}

interface Query {
  id: string;
  metric?: { namespace: string; metricName: string; dimensions: Record<string, string> };
}

/**
 * The step policies that the program declares, with their alarms, on the laptop's CloudWatch and Application Auto Scaling, at
 * AWS's pace. What is ordered runs at once. Each minute's counts are seen so many seconds after its end. No controller acts.
 */
export function playStack(
  recorded: Recorded,
  options: {
    lag: { queue: number; service: number };
    tasks: number;
    isControllerAlive?: boolean;
    isQueueIdle?: boolean;
  },
): Stack {
  const clock = new ManualClock();
  const fastClock = new FastClock(clock, 1);
  const cloudWatch = new CloudWatch(fastClock, () => {});
  const service = {
    desiredCount: options.tasks,
    runningCount: options.tasks,
    setDesiredCount: (count: number) => void Object.assign(service, { desiredCount: count, runningCount: count }),
  };
  const scaling = new ApplicationAutoScaling({ clock, fastClock, cloudWatch, findService: () => service });
  const cloud = { place: { region: "eu-central-1", accountId: "1" }, cloudWatch, scaling } as unknown as Cloud;

  for (const target of ofType(recorded, "aws:appautoscaling/target:Target")) make(cloud, target);
  const policies = ofType(recorded, "aws:appautoscaling/policy:Policy").filter(
    ({ inputs }) => inputs.policyType === "StepScaling",
  );
  const alarms = policies.map((policy) => {
    const { arn } = make(cloud, policy).outputs;
    const alarm = ofType(recorded, "aws:cloudwatch/metricAlarm:MetricAlarm").find(({ name }) => name === policy.name);
    if (!alarm) throw new Error(`expected an alarm for the policy ${policy.name}`);
    make(cloud, alarm, { alarmActions: [arn] });
    return alarm;
  });

  const put = (id: string, value: number, lagSeconds: number) => {
    const found = alarms.flatMap(queriesOf).find((query) => query.id === id)?.metric;
    if (!found) return;
    const metric = { namespace: found.namespace, name: found.metricName, dimensions: found.dimensions };
    const now = clock.now();
    cloudWatch.metrics.add(metric, { at: now - minute, visibleAt: now + lagSeconds * 1_000, value });
  };

  const stack = {
    visibleJobs: 0,
    isQueueIdle: options.isQueueIdle ?? false,
    service,
    activities: scaling.activities,
    alarmNames: alarms.map(({ name }) => name),
    isInAlarm: (name: string) => cloudWatch.alarms.get(name)?.state.value === "ALARM",
    metricsOf: (name: string) =>
      alarms
        .filter((alarm) => alarm.name === name)
        .flatMap(queriesOf)
        .flatMap(({ metric }) => (metric ? [{ namespace: metric.namespace, metricName: metric.metricName }] : [])),
    async pass(milliseconds: number) {
      for (const end = clock.now() + milliseconds; clock.now() < end; ) {
        await clock.advance(minute - 1);
        const { desiredCount, runningCount } = service;
        const isAsleep = desiredCount + runningCount === 0;
        if (options.isControllerAlive) {
          put("heartbeat", 1, 0);
          put("stranded", isAsleep ? stack.visibleJobs : 0, 0);
        }
        await clock.advance(1);
        if (!stack.isQueueIdle) put("visible", stack.visibleJobs, options.lag.queue);
        // As Container Insights is said to: docs/unverified-on-aws.md.
        if (!isAsleep) put("desired", desiredCount, options.lag.service);
        if (runningCount > 0) put("running", runningCount, options.lag.service);
      }
    },
  };
  return stack;
}

function queriesOf({ inputs }: Registration): Query[] {
  return inputs.metricQueries as Query[];
}

function make(cloud: Cloud, { type, name, inputs }: Registration, changes: object = {}): Made {
  const handler = { ...appautoscaling, ...cloudwatch }[type];
  if (!handler) throw new Error(`expected a handler for ${type}`);
  const parsed = handler.schema.parse({ ...inputs, ...changes });
  return handler.create({ inputs: parsed, name, physicalName: name, cloud }) as Made;
}
