import { z } from "zod";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

const statistics = ["Average", "Minimum", "Maximum", "SampleCount", "Sum"] as const;

const comparisons = [
  "GreaterThanThreshold",
  "GreaterThanOrEqualToThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
] as const;

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
    metricQueries: noEffect("metric math is not evaluated here, so an alarm over it stays without data"),
  })
  .refine(
    ({ metricQueries, namespace, metricName, statistic, period }) =>
      metricQueries !== undefined || [namespace, metricName, statistic, period].every((value) => value !== undefined),
    "expected namespace, metricName, statistic and period, or metricQueries",
  );

export const cloudwatch: Record<string, ResourceHandler> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": resource(alarmSchema, ({ inputs, physicalName, cloud }) => {
    const name = inputs.name ?? physicalName;
    const { namespace, metricName, statistic, period } = inputs;
    if (namespace !== undefined && metricName !== undefined && statistic !== undefined && period !== undefined) {
      cloud.cloudWatch.putAlarm({
        name,
        metric: { namespace, name: metricName, dimensions: inputs.dimensions },
        rule: {
          periodMilliseconds: period * 1000,
          statistic,
          threshold: inputs.threshold,
          comparison: inputs.comparisonOperator,
          evaluationPeriods: inputs.evaluationPeriods,
          datapointsToAlarm: inputs.datapointsToAlarm ?? inputs.evaluationPeriods,
          treatMissingData: inputs.treatMissingData,
          actions: ["auto-scaling", "other"],
        },
        alarmActions: inputs.alarmActions,
        okActions: inputs.okActions,
      });
    }
    const arn = `arn:aws:cloudwatch:${cloud.place.region}:${cloud.place.accountId}:alarm:${name}`;
    return { id: name, outputs: { arn, name } };
  }),
};
