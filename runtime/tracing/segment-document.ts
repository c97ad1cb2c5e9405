import { createHash } from "node:crypto";
import { SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { xrayTraceId } from "./trace-context.ts";

/** Attributes that say how a span failed; the first is OpenTelemetry's own name for it. */
export const failureAttributes = { name: "error.type", kind: "xray.failure" } as const;

/**
 * A span that has ended as a segment of X-Ray's, under the name of what did the work.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export function segmentDocument(span: ReadableSpan, name: string): string {
  const { traceId, spanId } = span.spanContext();
  return JSON.stringify({
    name,
    id: spanId,
    trace_id: xrayTraceId(traceId),
    parent_id: span.parentSpanContext?.spanId,
    start_time: seconds(span.startTime),
    end_time: seconds(span.endTime),
    ...failureOf(span),
    annotations: annotationsOf(span),
  });
}

/** X-Ray calls `error` what the asker caused, and `fault` what the one who was asked did. */
function failureOf(span: ReadableSpan): object {
  const { status, attributes } = span;
  if (status.code !== SpanStatusCode.ERROR) return {};
  const type = String(attributes[failureAttributes.name]);
  // A 64-bit id of its own, which the segment's is not.
  const id = createHash("sha256").update(span.spanContext().spanId).digest("hex").slice(0, 16);
  return { [String(attributes[failureAttributes.kind])]: true, cause: { exceptions: [{ id, type }] } };
}

/** An annotation's name has no dots, so that OpenTelemetry's own attributes stay out. */
function annotationsOf({ attributes }: ReadableSpan): object {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => /^[A-Za-z0-9_]+$/.test(name)));
}

/** X-Ray is accurate to the millisecond. */
function seconds([whole, nanoseconds]: ReadableSpan["startTime"]): number {
  return whole + Math.round(nanoseconds / 1e6) / 1000;
}
