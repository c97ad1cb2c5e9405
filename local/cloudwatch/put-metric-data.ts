import * as z from "zod";
import { AwsError, parseOrRefuse } from "../aws-error.ts";
import type { Metric } from "./metric-store.ts";

/** One published value. Without `at` its time is that of its arrival. */
export interface Datum {
  metric: Metric;
  value: number;
  at: number | undefined;
}

const datum = z.strictObject({
  MetricName: z.string().min(1).max(255),
  Dimensions: z
    .array(z.strictObject({ Name: z.string().min(1), Value: z.string().min(1) }))
    .max(30)
    .default([]),
  /** Seconds since the epoch, as AWS's JSON writes times. */
  Timestamp: z.number().optional(),
  Value: z.number().optional(),
  Values: z.array(z.number()).max(150).optional(),
  Counts: z.array(z.number()).max(150).optional(),
  Unit: z.string().optional(),
  StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
});

const inputSchema = z.strictObject({
  Namespace: z.string().min(1).max(255),
  MetricData: z.array(datum).min(1).max(1000),
});

/**
 * Reads the values that a PutMetricData call publishes.
 * @throws AwsError InvalidParameterValue for input that CloudWatch refuses, and for statistic sets, which Sluice does
 * not use
 */
export function readMetricData(input: unknown): Datum[] {
  const { Namespace, MetricData } = parseOrRefuse(inputSchema, input, "InvalidParameterValue");
  if (Namespace.startsWith("AWS/")) {
    throw new AwsError("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid.");
  }
  return MetricData.flatMap((entry) => {
    const metric = {
      namespace: Namespace,
      name: entry.MetricName,
      dimensions: Object.fromEntries(entry.Dimensions.map(({ Name, Value }) => [Name, Value])),
    };
    const at = entry.Timestamp === undefined ? undefined : entry.Timestamp * 1000;
    return valuesOf(entry).map((value) => ({ metric, value, at }));
  });
}

function valuesOf({ MetricName, Value, Values, Counts }: z.infer<typeof datum>): number[] {
  if (Value !== undefined && Values === undefined) return [Value];
  if (Values !== undefined && Value === undefined) {
    if (Counts !== undefined && Counts.length !== Values.length) {
      throw new AwsError("InvalidParameterValue", `Values and Counts of ${MetricName} must have the same length.`);
    }
    return Values.flatMap((value, index) => Array.from({ length: Counts?.[index] ?? 1 }, () => value));
  }
  throw new AwsError("InvalidParameterCombination", `${MetricName} needs exactly one of Value and Values.`);
}
