import { AppError } from "../../runtime/errors.ts";
import type { JobKey } from "./job.ts";

/** The key as one text. The encoded owner holds no slash, so that the first slash divides the two. */
export function formatJobKey({ owner, jobId }: JobKey): string {
  return `${encodeOwner(owner)}/${jobId}`;
}

/** The key that `formatJobKey` wrote. */
export function parseJobKey(text: string): JobKey {
  const slash = text.indexOf("/");
  if (slash < 1 || slash === text.length - 1) {
    throw new AppError("job-key", `Expected a job key "owner/jobId"; came "${text}".`);
  }
  return { owner: decodeURIComponent(text.slice(0, slash)), jobId: text.slice(slash + 1) };
}

/** An owner as one segment of a key or path, which no other owner can reach into. */
export function encodeOwner(owner: string): string {
  return encodeURIComponent(owner);
}
