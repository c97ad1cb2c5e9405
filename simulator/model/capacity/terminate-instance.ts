import type { AutoScalingGroup } from "./auto-scaling-group.ts";
import type { Instance } from "./instance.ts";

export type TerminationAnswer =
  | { accepted: true; group: AutoScalingGroup }
  /** `unknown-instance`: the group has no such instance. `below-minimum`: one less would be less than the group's minimum. */
  | { accepted: false; reason: "unknown-instance" | "below-minimum" };

/**
 * Somebody ends one instance, as with TerminateInstanceInAutoScalingGroup. Scale-in protection does not count; one that is
 * occupied drains first. Where the desired count is not lowered with it, the group launches another in its place.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
 */
export function terminateInstance(
  group: AutoScalingGroup,
  id: string,
  request: { lowersDesired: boolean },
  settings: { drainTimeoutMilliseconds: number },
  now: number,
): TerminationAnswer {
  const instance = group.instances.find((one) => one.id === id);
  if (!instance) return { accepted: false, reason: "unknown-instance" };
  // It is on its way already, and was taken off the desired count then or never will be.
  if (instance.leaves?.reason === "scale-in") return { accepted: true, group };
  if (request.lowersDesired && group.desired <= group.minimum) return { accepted: false, reason: "below-minimum" };

  const end = now + settings.drainTimeoutMilliseconds;
  // A Spot instance under warning is gone by the end of it, whoever else ends it.
  const leaves = { reason: "scale-in" as const, at: Math.min(end, instance.leaves?.at ?? end) };
  const leaving: Instance = { ...instance, state: "draining", leaves };
  const instances = group.instances.map((one) => (one === instance ? leaving : one));
  return { accepted: true, group: { ...group, desired: group.desired - (request.lowersDesired ? 1 : 0), instances } };
}
