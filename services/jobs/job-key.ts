import { createHash } from "node:crypto";
import { objectPrefixes } from "../../contract/jobs-table.ts";
import { AppError } from "../../runtime/errors.ts";
import type { JobKey, JobReference } from "./job.ts";

/** Formats the key as `owner/jobId`. The encoded owner has no slash, so that the first slash separates the two. */
export function formatJobKey({ owner, jobId }: JobKey): string {
  return `${encodeOwner(owner)}/${jobId}`;
}

/** Parses a key that `formatJobKey` wrote. @throws AppError `job-key` */
export function parseJobKey(text: string): JobKey {
  const slash = text.indexOf("/");
  if (slash < 1 || slash === text.length - 1) {
    throw new AppError("job-key", `Expected a job key "owner/jobId"; came "${text}".`);
  }
  return { owner: decodeURIComponent(text.slice(0, slash)), jobId: text.slice(slash + 1) };
}

/** What the keys of an owner's uploads begin with. */
export function uploadPrefix(owner: string): string {
  return `${objectPrefixes.uploads}/${encodeOwner(owner)}/`;
}

/** Encodes an owner as one path segment, so that no owner's keys can lie within another's. */
export function encodeOwner(owner: string): string {
  return encodeURIComponent(owner);
}

/** A group's name in FIFO queues and topics. Owners share none, and its length is within the limit of SQS and SNS. */
export function orderedGroupOf({ owner, groupId = "" }: Pick<JobReference, "owner" | "groupId">): string {
  return createHash("sha256")
    .update(`${encodeOwner(owner)}/${groupId}`)
    .digest("hex");
}
