import * as z from "zod";
import { jsonOrUndefined } from "../../runtime/json-or-undefined.ts";
import type { Datum } from "./put-metric-data.ts";

const envelope = z.object({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string().min(1),
        Dimensions: z.array(z.array(z.string())).min(1),
        Metrics: z.array(z.object({ Name: z.string().min(1) })),
      }),
    ),
  }),
});

/**
 * Reads the metrics of a log line in CloudWatch's embedded metric format; empty for any other line. Metrics that
 * CloudWatch drops silently, such as one without a number, are dropped here as well.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function readEmbeddedMetrics(line: string): Datum[] {
  const fields = parseEnvelope(line);
  if (!fields) return [];
  const { Timestamp, CloudWatchMetrics } = envelope.parse(fields)._aws;
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(fields[name])]));
      return Metrics.flatMap(({ Name }) =>
        numbersOf(fields[Name]).map((value) => ({
          metric: { namespace: Namespace, name: Name, dimensions },
          value,
          at: Timestamp,
        })),
      );
    }),
  );
}

function parseEnvelope(line: string): Record<string, unknown> | undefined {
  // Parsing every line would be slow, and most lines hold no metrics.
  if (!line.includes('"CloudWatchMetrics"')) return undefined;
  const fields = jsonOrUndefined(line);
  return envelope.safeParse(fields).success ? (fields as Record<string, unknown>) : undefined;
}

function numbersOf(value: unknown): number[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one): one is number => typeof one === "number" && Number.isFinite(one));
}
