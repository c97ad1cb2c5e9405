import { expect, it } from "vitest";
import {
  type AutoScalingGroup,
  createGroup,
  type GroupSettings,
  releaseInstances,
  setGroupBounds,
  setGroupDesired,
  stepGroup,
} from "./auto-scaling-group.ts";
import { loseSpot } from "./lose-spot.ts";
import type { Task } from "./task.ts";
import { clusterSettings } from "./testing/sample-cluster.ts";
import { sampleTask } from "./testing/samples.ts";

const second = 1_000;

it("boots an instance for the time drawn, then it takes tasks [D docs/model.md]", () => {
  const group = setGroupDesired(createGroup(0, 10), 1);

  expect(states(play(group, { until: 54 * second }))).toEqual(["booting"]);
  expect(states(play(group, { until: 55 * second }))).toEqual(["registered"]);
  expect(states(play(group, { until: 109 * second, uniform: 0.95 }))).toEqual(["booting"]);
  expect(states(play(group, { until: 111 * second, uniform: 0.95 }))).toEqual(["registered"]);
});

it("starts from the warm pool in 20 s and fills it again [? docs/model.md]", () => {
  const settings = { ...clusterSettings, warmPoolSize: 1 };
  const warm = play(createGroup(0, 10), { until: 60 * second, settings });
  const asked = play(setGroupDesired(warm, 2), { from: 61 * second, until: 61 * second, settings });
  const started = play(asked, { from: 62 * second, until: 81 * second, settings });
  const refilled = play(started, { from: 82 * second, until: 116 * second, settings });

  expect(warm.warmPool).toEqual([55 * second]);
  expect(states(started)).toEqual(["registered", "booting"]);
  expect(states(refilled)).toEqual(["registered", "registered"]);
  expect(refilled.warmPool).toEqual([116 * second]);
});

it("keeps what is desired within its bounds [A EC2 Auto Scaling]", () => {
  const group = createGroup(2, 5);

  expect(setGroupDesired(group, 0).desired).toBe(2);
  expect(setGroupDesired(group, 9).desired).toBe(5);
  expect(setGroupBounds(group, 4, 5).desired).toBe(4);
  expect(setGroupBounds(group, 0, 1).desired).toBe(1);
});

it("spreads instances over the zones and takes them from the fullest [A EC2 Auto Scaling]", () => {
  const four = play(setGroupDesired(createGroup(0, 9), 4), { until: 60 * second, settings: unprotected() });
  const three = play(setGroupDesired(four, 3), { from: 61 * second, until: 61 * second, settings: unprotected() });
  const two = play(setGroupDesired(three, 2), { from: 62 * second, until: 62 * second, settings: unprotected() });

  expect(zones(four)).toEqual(["a", "b", "a", "b"]);
  expect(zones(two).sort()).toEqual(["a", "b"]);
});

it("never ends a protected instance, and ends it once released [A managed termination protection]", () => {
  const two = play(setGroupDesired(createGroup(0, 9), 2), { until: 60 * second });

  const kept = play(setGroupDesired(two, 0), { from: 61 * second, until: 90 * second });
  const released = play(releaseInstances(kept, ["i-2"]), { from: 91 * second, until: 91 * second });

  expect(kept.instances).toHaveLength(2);
  expect(released.instances.map(({ id }) => id)).toEqual(["i-1"]);
});

it("drains an instance before it ends, and launches none in its place [A asg-capacity-providers, managed draining]", () => {
  const settings = unprotected();
  const one = play(setGroupDesired(createGroup(0, 9), 1), { until: 60 * second, settings });
  const tasks = [sampleTask("t-1", { instanceId: "i-1" })];

  const draining = play(setGroupDesired(one, 0), { from: 61 * second, until: 600 * second, settings, tasks });
  const gone = play(draining, { from: 601 * second, until: 601 * second, settings });

  expect(states(draining)).toEqual(["draining"]);
  expect(gone.instances).toEqual([]);
});

it("ends an instance with its tasks where draining is not managed, or has lasted too long [?]", () => {
  const settings = { ...unprotected(), drainTimeoutMilliseconds: 5 * second };
  const one = play(setGroupDesired(createGroup(0, 9), 1), { until: 60 * second, settings });
  const tasks = [sampleTask("t-1", { instanceId: "i-1" })];

  const waiting = play(setGroupDesired(one, 0), { from: 61 * second, until: 65 * second, settings, tasks });
  const gone = play(waiting, { from: 66 * second, until: 66 * second, settings, tasks });
  const atOnce = { ...settings, drainTimeoutMilliseconds: 0 };

  expect(states(waiting)).toEqual(["draining"]);
  expect(gone.instances).toEqual([]);
  expect(
    play(setGroupDesired(one, 0), { from: 61 * second, until: 61 * second, settings: atOnce, tasks }).instances,
  ).toEqual([]);
});

it("loses a share to Spot after two minutes of draining, protected or not [A spot-instance-termination-notices]", () => {
  const four = play(setGroupDesired(createGroup(0, 9), 4), { until: 60 * second });
  const tasks = [sampleTask("t-1", { instanceId: "i-2", protectedUntil: 9_999_999 })];

  const warned = loseSpot(four, 0.5, (place) => [0.9, 0.1, 0.8, 0.2][place] ?? 1, clusterSettings, 60 * second);
  const before = play(warned, { from: 61 * second, until: 179 * second, tasks });
  const after = play(before, { from: 180 * second, until: 180 * second, tasks });

  expect(states(warned)).toEqual(["registered", "draining", "registered", "draining"]);
  expect(before.instances).toEqual(warned.instances);
  expect(after.instances.map(({ id }) => id)).toEqual(["i-1", "i-3", "i-5", "i-6"]);
});

function play(
  group: AutoScalingGroup,
  span: { from?: number; until: number; uniform?: number; settings?: GroupSettings; tasks?: Task[] },
): AutoScalingGroup {
  const { from = 0, until, uniform = 0.5, settings = clusterSettings, tasks = [] } = span;
  let played = group;
  for (let now = from; now <= until; now += second) played = stepGroup(played, tasks, settings, () => uniform, now);
  return played;
}

function unprotected(): GroupSettings {
  return { ...clusterSettings, protectsInstances: false };
}

function states({ instances }: AutoScalingGroup): string[] {
  return instances.map(({ state }) => state);
}

function zones({ instances }: AutoScalingGroup): string[] {
  return instances.map(({ availabilityZone }) => availabilityZone);
}
