import { describe, expect, it } from "vitest";
import type { AutoScalingGroup } from "./auto-scaling-group.ts";
import { bootMilliseconds } from "./boot-time.ts";
import { defaults } from "./parameters.ts";
import { eachSecond, playService, sampleGroup, sampleService, sampleTask } from "./testing/samples.ts";

const second = 1_000;
/** Past the boot of sample instances. */
const now = 60 * second;
const unprotected = { protectsInstances: false };

describe("an Auto Scaling group", () => {
  it("boots an instance for the time drawn, then it takes tasks [D docs/model.md]", () => {
    const group = sampleGroup(1, 10, { bootMilliseconds: () => bootMilliseconds(0.95, defaults) });

    play(group, { until: 109 * second });
    expect(statesOf(group)).toEqual(["booting"]);
    play(group, { from: 110 * second, until: 111 * second });

    expect(statesOf(group)).toEqual(["registered"]);
  });

  it("keeps what is desired within its bounds [A EC2 Auto Scaling]", () => {
    const group = sampleGroup(2, 5);
    const desired = (change: () => void) => {
      change();
      return group.desired;
    };

    expect(desired(() => group.setDesired(0))).toBe(2);
    expect(desired(() => group.setDesired(9))).toBe(5);
    expect(desired(() => group.setBounds(0, 1))).toBe(1);
    expect(desired(() => group.setBounds(4, 5))).toBe(4);
  });

  it("spreads instances over the zones and takes them from the fullest [A EC2 Auto Scaling]", () => {
    const group = groupOf(4, unprotected);
    const before = zonesOf(group);

    group.setDesired(3);
    group.step(now + second);
    group.setDesired(2);
    group.step(now + 2 * second);

    expect(before).toEqual(["a", "b", "a", "b"]);
    expect(zonesOf(group).sort()).toEqual(["a", "b"]);
  });

  it("never ends a protected instance, and ends it once released [A managed termination protection]", () => {
    const group = groupOf(2);
    group.setDesired(0);
    play(group, { from: now, until: now + 30 * second });
    expect(idsOf(group)).toEqual(["i-1", "i-2"]);

    for (const instance of group.instances) instance.isProtected = instance.id === "i-1";
    group.step(now + 31 * second);

    expect(idsOf(group)).toEqual(["i-1"]);
  });

  it("drains an instance before it ends, and launches none in its place [A asg-capacity-providers, managed draining]", () => {
    const group = groupOf(1, unprotected);
    occupy(group);

    group.setDesired(0);
    play(group, { from: now, until: 600 * second });
    expect(statesOf(group)).toEqual(["draining"]);
    vacate(group);
    group.step(601 * second);

    expect(idsOf(group)).toEqual([]);
  });

  it.each([
    { drainTimeoutMilliseconds: 5 * second, left: 1 },
    { drainTimeoutMilliseconds: 0, left: 0 },
  ])("ends an occupied instance when draining has lasted $drainTimeoutMilliseconds ms [?]", (row) => {
    const group = groupOf(1, { ...unprotected, drainTimeoutMilliseconds: row.drainTimeoutMilliseconds });
    occupy(group);

    group.setDesired(0);
    play(group, { from: now, until: now + 4 * second });
    expect(group.instances).toHaveLength(row.left);
    group.step(now + 5 * second);

    expect(group.instances).toEqual([]);
  });

  it("loses a share to Spot after two minutes of draining, protected or not [A spot-instance-termination-notices]", () => {
    const group = groupOf(4);
    occupy(group);

    group.loseSpot(0.5, (place) => [0.9, 0.1, 0.8, 0.2][place] ?? 1, now);
    play(group, { from: now, until: now + 119 * second });
    expect(statesOf(group)).toEqual(["registered", "draining", "registered", "draining"]);
    group.step(now + 120 * second);

    expect(idsOf(group)).toEqual(["i-1", "i-3", "i-5", "i-6"]);
  });
});

describe("an instance drained by hand", () => {
  it("gets no more tasks, until it is active again [A container-instance-draining]", () => {
    const group = groupOf(1);
    const service = sampleService(2);

    group.setDraining(["i-1"], true);
    playService(service, group.instances, { from: now, until: now + second });
    expect(service).toMatchObject({ waiting: 2, running: 0 });
    group.setDraining(["i-1"], false);
    playService(service, group.instances, { from: now + 2 * second, until: now + 9 * second });

    expect(service).toMatchObject({ waiting: 0, running: 2 });
  });

  it("stays in the group: none is launched in its place", () => {
    const group = groupOf(2);

    group.setDraining(["i-1"], true);
    group.step(now + second);

    expect(statesOf(group)).toEqual(["draining", "registered"]);
  });

  it("is neither one that is leaving nor one that boots", () => {
    const group = groupOf(1);
    occupy(group);
    group.terminate("i-1", { lowersDesired: false }, now);
    group.step(now + second);

    group.setDraining(["i-1"], false);
    group.setDraining(["i-2"], true);

    expect(statesOf(group)).toEqual(["draining", "booting"]);
  });
});

describe("an instance that somebody terminates", () => {
  it("is ended although it is protected, and one less is desired [A ec2-auto-scaling-instance-protection]", () => {
    const group = groupOf(2);

    terminate(group, "i-1");

    expect(group).toMatchObject({ desired: 1, instances: [{ id: "i-2", isProtected: true }] });
  });

  it("is replaced where the desired count stays [A API_TerminateInstanceInAutoScalingGroup]", () => {
    const group = groupOf(2);

    terminate(group, "i-1", { lowersDesired: false });

    expect(group.desired).toBe(2);
    expect(idsOf(group)).toEqual(["i-2", "i-3"]);
  });

  it("drains first when it is occupied, without one in its place [A managed draining's lifecycle hook]", () => {
    const group = groupOf(2);
    occupy(group);

    terminate(group, "i-1");
    expect(statesOf(group)).toEqual(["draining", "registered"]);
    vacate(group);
    group.step(now + 2 * second);

    expect(idsOf(group)).toEqual(["i-2"]);
  });

  it("may still boot", () => {
    const group = sampleGroup(0, 9);
    group.setDesired(1);
    group.step(0);

    terminate(group, "i-1");

    expect(group).toMatchObject({ desired: 0, instances: [] });
  });

  it("is refused below the minimum, and where the group does not have it", () => {
    const group = groupOf(2);
    group.setBounds(2, 9);
    const ask = (id: string, lowersDesired: boolean) => group.terminate(id, { lowersDesired }, now);

    expect(ask("i-1", true)).toBe("below-minimum");
    expect(ask("i-9", true)).toBe("unknown-instance");
    expect(ask("i-1", false)).toBeUndefined();
  });

  it("is taken off the desired count once only when it leaves already [?]", () => {
    const group = groupOf(3);
    occupy(group);

    terminate(group, "i-1");
    terminate(group, "i-1");

    expect(group.desired).toBe(2);
  });

  it("has no longer than the warning when Spot takes it", () => {
    const group = groupOf(1);
    occupy(group);
    group.loseSpot(1, () => 0, now);

    terminate(group, "i-1");

    expect(group.instances[0]?.leaves).toEqual({ reason: "scale-in", at: now + 120 * second });
  });
});

/** So many instances that have registered. */
function groupOf(count: number, settings = {}): AutoScalingGroup {
  const group = sampleGroup(0, 9, settings);
  group.setDesired(count);
  play(group, { until: now });
  return group;
}

function play(group: AutoScalingGroup, span: { from?: number; until: number }): void {
  for (const at of eachSecond(span)) group.step(at);
}

/** Each instance gets a task. */
function occupy(group: AutoScalingGroup): void {
  for (const instance of group.instances) sampleTask("t", { instance });
}

function vacate(group: AutoScalingGroup): void {
  for (const instance of group.instances) instance.tasks = 0;
}

function terminate(group: AutoScalingGroup, id: string, request = { lowersDesired: true }): void {
  expect(group.terminate(id, request, now)).toBeUndefined();
  group.step(now + second);
}

function statesOf({ instances }: AutoScalingGroup): string[] {
  return instances.map(({ state }) => state);
}

function zonesOf({ instances }: AutoScalingGroup): string[] {
  return instances.map(({ availabilityZone }) => availabilityZone);
}

function idsOf({ instances }: AutoScalingGroup): string[] {
  return instances.map(({ id }) => id);
}
