import { randomBytes } from "node:crypto";

/** A trace and the parent span of the next span. Ids are lower-case hex, 32 and 16 digits, and never all zeros. */
export interface TraceContext {
  traceId: string;
  parentId: string;
  /** Whether spans of this trace are recorded, as decided where it began. */
  isSampled: boolean;
}

/**
 * Parses a `traceparent`. Of a later version it reads the fields of version 00. Undefined when the text is malformed.
 * https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function parseTraceparent(text: string | undefined): TraceContext | undefined {
  const match = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(text ?? "");
  const [, version, traceId = "", parentId = "", flags = "", rest] = match ?? [];
  if (version === "00" && rest !== undefined) return undefined;
  return contextOf(traceId, parentId, (Number.parseInt(flags, 16) & 1) === 1);
}

/** Formats the context as a `traceparent` of version 00. */
export function formatTraceparent({ traceId, parentId, isSampled }: TraceContext): string {
  return `00-${traceId}-${parentId}-${isSampled ? "01" : "00"}`;
}

/**
 * Parses X-Ray's tracing header, which Lambda passes to each invocation; undefined when it names no parent. A sampling
 * decision that is missing or open (`?`) counts as not sampled, because the surrounding segments would be missing.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function parseXrayHeader(text: string | undefined): TraceContext | undefined {
  const fields = new Map((text ?? "").split(";").map((field) => field.trim().split("=", 2) as [string, string]));
  const [, time = "", rest = ""] = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/.exec(fields.get("Root") ?? "") ?? [];
  const parentId = /^[0-9a-f]{16}$/.exec(fields.get("Parent") ?? "")?.[0] ?? "";
  return contextOf(time + rest, parentId, fields.get("Sampled") === "1");
}

/**
 * Starts a new, sampled trace. Its id begins with the epoch seconds, like X-Ray's own. The parent id stands for the
 * request itself, for which no span is recorded.
 */
export function beginTrace(nowMilliseconds: number): TraceContext {
  const seconds = Math.floor(nowMilliseconds / 1000) % 2 ** 32;
  const traceId = seconds.toString(16).padStart(8, "0") + randomBytes(12).toString("hex");
  // The last bit is set, so that the id is not all zeros.
  const parentId = randomBytes(8);
  parentId.writeUInt8(parentId.readUInt8(7) | 1, 7);
  return { traceId, parentId: parentId.toString("hex"), isSampled: true };
}

/**
 * Formats a trace id for X-Ray, whose console also finds log lines by this form. X-Ray accepts ids whose first digits
 * are not a time:
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-fields
 */
export function xrayTraceId(traceId: string): string {
  return `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
}

function contextOf(traceId: string, parentId: string, isSampled: boolean): TraceContext | undefined {
  return isId(traceId) && isId(parentId) ? { traceId, parentId, isSampled } : undefined;
}

function isId(hex: string): boolean {
  return /[1-9a-f]/.test(hex);
}
