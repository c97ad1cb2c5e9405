import * as z from "zod";
import { AppError } from "../../runtime/errors.ts";
import { defaults } from "../../simulator/model/scaling/parameters.ts";
import type { Step } from "../../simulator/model/scaling/step-scaling.ts";
import { scalableTargetArn } from "../application-autoscaling/application-auto-scaling.ts";
import { arnOf } from "../gateway/account.ts";
import { noEffect, type Request, type ResourceHandler, resource } from "./resource.ts";

const dimension = z.literal("ecs:service:DesiredCount");
const namespace = z.literal("ecs");

const tracking = z.strictObject({
  targetValue: z.number(),
  scaleInCooldown: z.number().optional(),
  scaleOutCooldown: z.number().optional(),
  disableScaleIn: z.boolean().default(false),
  predefinedMetricSpecification: z
    .strictObject({
      predefinedMetricType: z.enum(["ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget"]),
      resourceLabel: z.string().optional(),
    })
    .optional(),
  customizedMetricSpecification: z
    .strictObject({
      metricName: z.string(),
      namespace: z.string(),
      statistic: z.enum(["Average", "Minimum", "Maximum", "SampleCount", "Sum"]),
      unit: noEffect("each metric has one unit here"),
      dimensions: z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]),
    })
    .optional(),
});

const stepScaling = z.strictObject({
  adjustmentType: z.enum(["ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity"]),
  cooldown: z.number().optional(),
  metricAggregationType: z.enum(["Average", "Minimum", "Maximum"]).default("Average"),
  minAdjustmentMagnitude: z.number().optional(),
  stepAdjustments: z.array(
    z.strictObject({
      metricIntervalLowerBound: z.string().optional(),
      metricIntervalUpperBound: z.string().optional(),
      scalingAdjustment: z.number(),
    }),
  ),
});

const policyShape = {
  serviceNamespace: namespace,
  resourceId: z.string(),
  scalableDimension: dimension,
};
const policySchema = z.discriminatedUnion("policyType", [
  z.strictObject({
    ...policyShape,
    policyType: z.literal("TargetTrackingScaling"),
    targetTrackingScalingPolicyConfiguration: tracking,
  }),
  z.strictObject({ ...policyShape, policyType: z.literal("StepScaling"), stepScalingPolicyConfiguration: stepScaling }),
]);

export const appautoscaling: Record<string, ResourceHandler> = {
  "aws:appautoscaling/target:Target": resource(
    z.strictObject({
      serviceNamespace: namespace,
      resourceId: z.string(),
      scalableDimension: dimension,
      minCapacity: z.number(),
      maxCapacity: z.number(),
    }),
    ({ inputs, cloud }) => {
      cloud.scaling.register(inputs.resourceId, { min: inputs.minCapacity, max: inputs.maxCapacity });
      return { id: inputs.resourceId, outputs: { arn: scalableTargetArn(cloud.place, inputs.resourceId) } };
    },
  ),
  "aws:appautoscaling/scheduledAction:ScheduledAction": resource(
    z.strictObject({
      ...policyShape,
      schedule: z.string(),
      timezone: z.string(),
      scalableTargetAction: z.strictObject({ minCapacity: z.number(), maxCapacity: z.number() }),
    }),
    ({ inputs, physicalName, cloud }) => {
      const { minCapacity: minTasks, maxCapacity: maxTasks } = inputs.scalableTargetAction;
      const schedule = { cron: readAwsCron(inputs.schedule), timeZone: inputs.timezone, minTasks, maxTasks };
      cloud.stopSchedules.push(cloud.scaling.putScheduledAction(inputs.resourceId, physicalName, schedule));
      return { id: physicalName, outputs: { name: physicalName } };
    },
  ),
  "aws:appautoscaling/policy:Policy": resource(policySchema, (request) => {
    const { inputs, physicalName, cloud } = request;
    const name = `scalingPolicy:resource/ecs/${inputs.resourceId}:policyName/${physicalName}`;
    const arn = arnOf(cloud.place, "autoscaling", name);
    if (inputs.policyType === "TargetTrackingScaling") putTracking(request, inputs, arn);
    else putSteps(request, inputs, arn);
    return { id: physicalName, outputs: { arn, name: physicalName, alarmArns: [] } };
  }),
};

/**
 * The five fields of cron, from AWS's six.
 * @throws AppError `schedule` for what cron itself cannot say
 */
export function readAwsCron(expression: string): string {
  const [, ...fields] = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(expression) ?? [];
  // Each of the fields begins with this value.
  const firsts = ["0", "0", "1", "1"];
  const read = fields.map((field, index) => {
    const [, first, step] = /^(\d+)\/(\d+)$/.exec(field) ?? [];
    return step !== undefined && first === firsts[index] ? `*/${step}` : field.replace("?", "*");
  });
  // AWS counts days of the week from 1 and cron from 0, so that only their names mean the same.
  if (/^((\*(\/\d+)?|(\d+|[A-Z]{3}|[,-])+) ){4}(\*|([A-Z]{3}|[,-])+)$/.test(read.join(" "))) return read.join(" ");
  throw new AppError(
    "schedule",
    `expected cron(...) with six fields for every year, such as cron(0 8 ? * MON-FRI *); came "${expression}"`,
  );
}

type PolicyInputs = z.infer<typeof policySchema>;
type PolicyRequest = Request<PolicyInputs>;

function putTracking(
  { physicalName, cloud }: PolicyRequest,
  inputs: PolicyInputs & { policyType: "TargetTrackingScaling" },
  arn: string,
): void {
  const config = inputs.targetTrackingScalingPolicyConfiguration;
  const { predefinedMetricSpecification: predefined, customizedMetricSpecification: customized } = config;
  const metric = customized ?? (predefined && describePredefined(predefined, inputs.resourceId));
  if (!metric) throw new Error("expected a predefined or a customized metric");
  cloud.scaling.putPolicy(inputs.resourceId, {
    kind: "target-tracking",
    arn,
    name: physicalName,
    cooldown: {
      outMilliseconds: milliseconds(config.scaleOutCooldown, defaults.scaleOutCooldownMilliseconds),
      inMilliseconds: milliseconds(config.scaleInCooldown, defaults.scaleInCooldownMilliseconds),
    },
    metric: {
      namespace: metric.namespace,
      name: metric.metricName,
      dimensions: Object.fromEntries(metric.dimensions.map(({ name, value }) => [name, value])),
    },
    policy: { target: config.targetValue, statistic: metric.statistic, isScaleInDisabled: config.disableScaleIn },
  });
}

/** The laptop publishes no such metric, so that its policy leaves the tasks at their minimum. */
function describePredefined(
  { predefinedMetricType, resourceLabel = "" }: NonNullable<z.infer<typeof tracking>["predefinedMetricSpecification"]>,
  resourceId: string,
) {
  if (predefinedMetricType === "ALBRequestCountPerTarget") {
    const targetGroup = resourceLabel.slice(resourceLabel.indexOf("targetgroup/"));
    return {
      namespace: "AWS/ApplicationELB",
      metricName: "RequestCountPerTarget",
      statistic: "Sum" as const,
      dimensions: [{ name: "TargetGroup", value: targetGroup }],
    };
  }
  const [, clusterName = "", serviceName = ""] = resourceId.split("/");
  return {
    namespace: "AWS/ECS",
    metricName: "CPUUtilization",
    statistic: "Average" as const,
    dimensions: [
      { name: "ClusterName", value: clusterName },
      { name: "ServiceName", value: serviceName },
    ],
  };
}

function putSteps(
  { physicalName, cloud }: PolicyRequest,
  inputs: PolicyInputs & { policyType: "StepScaling" },
  arn: string,
): void {
  const config = inputs.stepScalingPolicyConfiguration;
  const rest = milliseconds(config.cooldown, defaults.stepCooldownMilliseconds);
  cloud.scaling.putPolicy(inputs.resourceId, {
    kind: "step",
    arn,
    name: physicalName,
    cooldown: { outMilliseconds: rest, inMilliseconds: rest },
    policy: {
      adjustmentType: config.adjustmentType,
      aggregation: config.metricAggregationType,
      ...(config.minAdjustmentMagnitude === undefined ? {} : { minAdjustmentMagnitude: config.minAdjustmentMagnitude }),
      steps: config.stepAdjustments.map(
        ({ metricIntervalLowerBound, metricIntervalUpperBound, scalingAdjustment }): Step => ({
          lowerBound: bound(metricIntervalLowerBound),
          upperBound: bound(metricIntervalUpperBound),
          adjustment: scalingAdjustment,
        }),
      ),
    },
  });
}

/** Cooldowns are AWS's own delays: they are kept as declared, on AWS's clock, which runs faster here. */
function milliseconds(seconds: number | undefined, otherwise: number): number {
  return seconds === undefined ? otherwise : seconds * 1000;
}

function bound(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
