import type { AutoScalingGroup } from "./auto-scaling-group.ts";
import type { Instance } from "./instance.ts";

/** ECS gives these instances no more tasks, as with UpdateContainerInstancesState; the group keeps and counts them. */
export function drainInstances(group: AutoScalingGroup, ids: readonly string[]): AutoScalingGroup {
  return change(group, ids, (one) => (one.state === "registered" ? { ...one, state: "draining" } : one));
}

/** Lets drained instances take tasks again; those that are leaving stay as they are. */
export function activateInstances(group: AutoScalingGroup, ids: readonly string[]): AutoScalingGroup {
  return change(group, ids, (one) => (one.state === "draining" && !one.leaves ? { ...one, state: "registered" } : one));
}

/** Drained by hand: it takes no tasks, and yet the group's desired count includes it. */
export function isSetAside({ state, leaves }: Instance): boolean {
  return state === "draining" && !leaves;
}

function change(
  group: AutoScalingGroup,
  ids: readonly string[],
  set: (instance: Instance) => Instance,
): AutoScalingGroup {
  return { ...group, instances: group.instances.map((one) => (ids.includes(one.id) ? set(one) : one)) };
}
