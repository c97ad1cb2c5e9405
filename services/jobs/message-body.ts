import { type JobMessage, jobMessageSchema, jobMessageVersion } from "../../contract/job-message.ts";
import { jsonOrUndefined } from "../../runtime/json-or-undefined.ts";
import type { JobReference } from "./job.ts";

/** Writes a job's message body. Escapes it to ASCII, because SQS refuses some characters. */
export function writeMessageBody({ owner, jobId, traceparent, groupId }: JobReference, now: number): string {
  const message: JobMessage = { v: jobMessageVersion, owner, jobId, ts: Math.floor(now), traceparent, groupId };
  return JSON.stringify(message).replace(/[\u007f-\uffff]/g, escapeUnit);
}

/** Reads a message body; undefined when it is malformed or of a newer version. */
export function readMessageBody(body: string): JobMessage | undefined {
  return jobMessageSchema.safeParse(jsonOrUndefined(body)).data;
}

/** Explains why a body that `readMessageBody` cannot read is malformed; undefined when it is of a newer version. */
export function explainMalformedBody(body: string): string | undefined {
  const value = jsonOrUndefined(body);
  if (value === undefined) return `malformed-message: expected JSON; came ${body.length} other characters`;
  const parsed = jobMessageSchema.safeParse(value);
  if (parsed.success || isNewer(value)) return undefined;
  const places = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the body"}: ${message}`);
  return `malformed-message: ${places.join("; ")}`;
}

function isNewer(value: unknown): boolean {
  const version = typeof value === "object" && value !== null && "v" in value ? value.v : undefined;
  return Number.isInteger(version) && Number(version) > jobMessageVersion;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
