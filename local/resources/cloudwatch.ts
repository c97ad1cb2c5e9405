import * as z from "zod";
import type { AlarmDefinition } from "../cloudwatch/cloud-watch.ts";
import { type MathQuery, mathMetric } from "../cloudwatch/metric-math/math-metric.ts";
import { arnOf } from "../gateway/account.ts";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

const statistics = ["Average", "Minimum", "Maximum", "SampleCount", "Sum"] as const;

const comparisons = [
  "GreaterThanThreshold",
  "GreaterThanOrEqualToThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
] as const;

const metricQuery = z
  .strictObject({
    id: z.string().regex(/^[a-z]\w*$/, "expected an id that begins with a lowercase letter"),
    label: noEffect("people read it in the console"),
    returnData: z.boolean().default(false),
    expression: z.string().optional(),
    metric: z
      .strictObject({
        namespace: z.string(),
        metricName: z.string(),
        dimensions: z.record(z.string(), z.string()).default({}),
        stat: z.enum(statistics),
        period: z.number(),
      })
      .optional(),
  })
  .refine(
    ({ expression, metric }) => (expression === undefined) !== (metric === undefined),
    "expected expression or metric",
  );

const alarmSchema = z
  .strictObject({
    name: z.string().optional(),
    alarmDescription: noEffect("people read it in the console"),
    namespace: z.string().optional(),
    metricName: z.string().optional(),
    dimensions: z.record(z.string(), z.string()).default({}),
    statistic: z.enum(statistics).optional(),
    period: z.number().optional(),
    evaluationPeriods: z.number(),
    datapointsToAlarm: z.number().optional(),
    threshold: z.number(),
    comparisonOperator: z.enum(comparisons),
    treatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]).default("missing"),
    actionsEnabled: z.literal(true).optional(),
    alarmActions: z.array(z.string()).default([]),
    okActions: z.array(z.string()).default([]),
    insufficientDataActions: z.array(z.string()).max(0).optional(),
    metricQueries: z.array(metricQuery).optional(),
  })
  .refine(
    ({ metricQueries, namespace, metricName, statistic, period }) =>
      [namespace, metricName, statistic, period].every(
        (value) => (value === undefined) === (metricQueries !== undefined),
      ),
    "expected either namespace, metricName, statistic and period, or metricQueries",
  );

export const cloudwatch: Record<string, ResourceHandler> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": resource(alarmSchema, ({ inputs, physicalName, cloud }) => {
    const name = inputs.name ?? physicalName;
    cloud.cloudWatch.putAlarm({
      name,
      ...watchedBy(inputs),
      alarmActions: inputs.alarmActions,
      okActions: inputs.okActions,
    });
    const arn = arnOf(cloud.place, "cloudwatch", `alarm:${name}`);
    return { id: name, outputs: { arn, name } };
  }),
};

/** The metric and rule of an alarm on one metric or on metric math. */
function watchedBy(inputs: z.infer<typeof alarmSchema>): Pick<AlarmDefinition, "metric" | "rule"> {
  const common = {
    threshold: inputs.threshold,
    comparison: inputs.comparisonOperator,
    evaluationPeriods: inputs.evaluationPeriods,
    datapointsToAlarm: inputs.datapointsToAlarm ?? inputs.evaluationPeriods,
    treatMissingData: inputs.treatMissingData,
    actions: ["auto-scaling", "other"] as const,
  };
  if (inputs.metricQueries) {
    const metric = mathMetric(inputs.metricQueries.map(asQuery));
    // Metric math gives one value per period, so the statistic does not matter.
    return { metric, rule: { ...common, periodMilliseconds: metric.periodMilliseconds, statistic: "Average" } };
  }
  const { namespace = "", metricName = "", dimensions, statistic = "Average", period = 0 } = inputs;
  return {
    metric: { namespace, name: metricName, dimensions },
    rule: { ...common, periodMilliseconds: period * 1_000, statistic },
  };
}

function asQuery({ id, expression, metric, returnData }: z.infer<typeof metricQuery>): MathQuery {
  if (!metric) return { id, expression, isWatched: returnData };
  const { namespace, metricName, dimensions, stat, period } = metric;
  return {
    id,
    isWatched: returnData,
    metric: { metric: { namespace, name: metricName, dimensions }, statistic: stat, periodSeconds: period },
  };
}
