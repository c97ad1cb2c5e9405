import { createHash } from "node:crypto";
import type { Place } from "../gateway/account.ts";

/** AWS gives each scalable target an id of its own; here it follows from what it scales. */
export function scalableTargetArn({ region, accountId }: Place, resourceId: string): string {
  const id = createHash("sha256").update(resourceId).digest("hex").slice(0, 32);
  return `arn:aws:application-autoscaling:${region}:${accountId}:scalable-target/${id}`;
}
