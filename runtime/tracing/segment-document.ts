import { createHash } from "node:crypto";
import { SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { xrayTraceId } from "./trace-context.ts";

/** Span attributes of a failure. `error.type` is OpenTelemetry's own. */
export const failureAttributes = { name: "error.type", kind: "xray.failure" } as const;

/**
 * Converts an ended span to an X-Ray segment document.
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

/** In X-Ray an `error` is the client's and a `fault` the server's. */
function failureOf(span: ReadableSpan): object {
  const { status, attributes } = span;
  if (status.code !== SpanStatusCode.ERROR) return {};
  const type = String(attributes[failureAttributes.name]);
  // The exception needs a 64-bit id of its own, different from the segment's.
  const id = createHash("sha256").update(span.spanContext().spanId).digest("hex").slice(0, 16);
  return { [String(attributes[failureAttributes.kind])]: true, cause: { exceptions: [{ id, type }] } };
}

/** X-Ray allows no dots in annotation names, so that OpenTelemetry's own attributes are left out. */
function annotationsOf({ attributes }: ReadableSpan): object {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => /^[A-Za-z0-9_]+$/.test(name)));
}

/** Epoch seconds, to the millisecond. */
function seconds([whole, nanoseconds]: ReadableSpan["startTime"]): number {
  return whole + Math.round(nanoseconds / 1e6) / 1000;
}
