import { expect, it } from "vitest";
import {
  type AutoScalingGroup,
  createGroup,
  setGroupBounds,
  setGroupDesired,
  stepGroup,
} from "./auto-scaling-group.ts";
import { loseSpot } from "./lose-spot.ts";
import type { Task } from "./task.ts";
import { terminateInstance } from "./terminate-instance.ts";
import { clusterSettings } from "./testing/sample-cluster.ts";
import { sampleTask } from "./testing/samples.ts";

const second = 1_000;
const now = 60 * second;

it("ends a protected instance and wants one less [A ec2-auto-scaling-instance-protection]", () => {
  const two = groupOf(2);

  const ended = terminate(two, "i-1");

  expect(two.instances).toMatchObject([{ isProtected: true }, { isProtected: true }]);
  expect(ended.desired).toBe(1);
  expect(idsOf(look(ended, now + second))).toEqual(["i-2"]);
});

it("launches another where the desired count stays [A API_TerminateInstanceInAutoScalingGroup]", () => {
  const ended = terminate(groupOf(2), "i-1", { lowersDesired: false });

  expect(ended.desired).toBe(2);
  expect(idsOf(look(ended, now + second))).toEqual(["i-2", "i-3"]);
});

it("lets an occupied instance drain first, without one in its place [A managed draining's lifecycle hook]", () => {
  const tasks = [sampleTask("t-1", { instanceId: "i-1" })];

  const draining = look(terminate(groupOf(2), "i-1"), now + second, tasks);
  const gone = look(draining, now + 2 * second);

  expect(draining.instances).toMatchObject([{ id: "i-1", state: "draining" }, { id: "i-2" }]);
  expect(idsOf(gone)).toEqual(["i-2"]);
});

it("ends an instance that still boots", () => {
  const booting = look(setGroupDesired(createGroup(0, 9), 1), 0);

  const ended = look(terminate(booting, "i-1"), second);

  expect(ended).toMatchObject({ desired: 0, instances: [] });
});

it("refuses to go below the minimum, and what it does not have", () => {
  const atMinimum = setGroupBounds(groupOf(2), 2, 9);
  const ask = (id: string, lowersDesired: boolean) =>
    terminateInstance(atMinimum, id, { lowersDesired }, clusterSettings, now);

  expect(ask("i-1", true)).toEqual({ accepted: false, reason: "below-minimum" });
  expect(ask("i-1", false)).toMatchObject({ accepted: true });
  expect(ask("i-9", true)).toEqual({ accepted: false, reason: "unknown-instance" });
});

it("takes one that leaves already off the desired count once only [?]", () => {
  const tasks = [sampleTask("t-1", { instanceId: "i-1" })];
  const draining = look(terminate(groupOf(3), "i-1"), now + second, tasks);

  expect(terminate(draining, "i-1")).toBe(draining);
});

it("gives a Spot instance under warning no longer than the warning", () => {
  const warned = loseSpot(groupOf(1), 1, () => 0, clusterSettings, now);

  const [ended] = terminate(warned, "i-1").instances;

  expect(ended?.leaves).toEqual({ reason: "scale-in", at: now + 120 * second });
});

/** So many instances that have registered. */
function groupOf(count: number): AutoScalingGroup {
  return look(look(setGroupDesired(createGroup(0, 9), count), 0), now);
}

function look(group: AutoScalingGroup, at: number, tasks: Task[] = []): AutoScalingGroup {
  return stepGroup(group, tasks, clusterSettings, () => 0.5, at);
}

function terminate(group: AutoScalingGroup, id: string, request = { lowersDesired: true }): AutoScalingGroup {
  const answer = terminateInstance(group, id, request, clusterSettings, now);
  if (!answer.accepted) throw new Error(`expected the group to end ${id}; it says ${answer.reason}`);
  return answer.group;
}

function idsOf({ instances }: AutoScalingGroup): string[] {
  return instances.map(({ id }) => id);
}
