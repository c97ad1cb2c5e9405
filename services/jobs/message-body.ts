import { type JobMessage, jobMessageSchema, jobMessageVersion } from "../../contract/job-message.ts";
import type { JobReference } from "./job.ts";

/** A message body for the job's message, in ASCII: what is escaped passes every queue unchanged. */
export function writeMessageBody({ owner, jobId, traceparent }: JobReference, now: number): string {
  const message: JobMessage = { v: jobMessageVersion, owner, jobId, ts: Math.floor(now), traceparent };
  return JSON.stringify(message).replace(/[\u007f-\uffff]/g, escapeUnit);
}

/** The message in a message body; undefined when it is none, or one of a newer version. */
export function readMessageBody(body: string): JobMessage | undefined {
  try {
    return jobMessageSchema.safeParse(JSON.parse(body)).data;
  } catch {
    // Not JSON, so not a message: to say so is this function's answer.
    return undefined;
  }
}

/** Why a body that `readMessageBody` cannot read is no message; undefined where a newer version may well read it. */
export function explainMalformedBody(body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return `malformed-message: expected JSON; came ${body.length} characters that are none`;
  }
  const parsed = jobMessageSchema.safeParse(value);
  if (parsed.success || isNewer(value)) return undefined;
  const places = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the whole"}: ${message}`);
  return `malformed-message: ${places.join("; ")}`;
}

function isNewer(value: unknown): boolean {
  const version = typeof value === "object" && value !== null && "v" in value ? value.v : undefined;
  return Number.isInteger(version) && Number(version) > jobMessageVersion;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
