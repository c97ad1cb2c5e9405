import { expect, it } from "vitest";
import { type AutoScalingGroup, createGroup, setGroupDesired, stepGroup } from "./auto-scaling-group.ts";
import { createCapacityProvider, stepCapacityProvider } from "./capacity-provider.ts";
import { activateInstances, drainInstances } from "./drain-instances.ts";
import { createService } from "./service-scheduler.ts";
import { terminateInstance } from "./terminate-instance.ts";
import { clusterSettings } from "./testing/sample-cluster.ts";
import { countStates, playService, sampleTask } from "./testing/samples.ts";

const second = 1_000;
/** Past the boot, and past the warm-up. */
const now = 400 * second;

it("gives a drained instance no more tasks, until it is active again [A container-instance-draining]", () => {
  const drained = drainInstances(groupOf(1), ["i-1"]);
  const service = playService(createService("s", 2), drained.instances, { from: now, until: now + second });
  const later = playService(service, activateInstances(drained, ["i-1"]).instances, {
    from: now + 2 * second,
    until: now + 9 * second,
  });

  expect(countStates(service)).toMatchObject({ provisioning: 2, running: 0 });
  expect(countStates(later)).toMatchObject({ provisioning: 0, running: 2 });
});

it("replaces the tasks of a drained instance on others before it ends them [A container-instance-draining]", () => {
  const settled = playService(createService("s", 2), groupOf(1).instances, { from: now, until: now + 9 * second });
  const { instances } = drainInstances(groupOf(2), ["i-1"]);

  const replacing = playService(settled, instances, { from: now + 10 * second, until: now + 11 * second });
  const replaced = playService(replacing, instances, { from: now + 12 * second, until: now + 60 * second });

  expect(countStates(replacing)).toMatchObject({ pending: 2, running: 2 });
  expect(replaced.tasks.map(({ state, instanceId }) => [state, instanceId])).toEqual([
    ["running", "i-2"],
    ["running", "i-2"],
  ]);
});

it("keeps a drained instance in the group: none is launched in its place", () => {
  const drained = drainInstances(groupOf(2), ["i-1"]);

  const later = look(drained, now + second);

  expect(later).toMatchObject({ desired: 2, instances: [{ id: "i-1", state: "draining" }, { state: "registered" }] });
});

it("does not let one that is leaving take tasks again, nor one that boots drain", () => {
  const answer = terminateInstance(groupOf(1), "i-1", { lowersDesired: true }, clusterSettings, now);
  const booting = look(setGroupDesired(createGroup(0, 9), 1), now);

  expect(answer.accepted && activateInstances(answer.group, ["i-1"]).instances[0]?.state).toBe("draining");
  expect(drainInstances(booting, ["i-1"])).toEqual(booting);
});

it("is room that is missing to the capacity provider, which asks for more beside it [?]", () => {
  const drained = drainInstances(groupOf(2), ["i-1"]);
  const tasks = Array.from({ length: 5 }, (_, index) =>
    sampleTask(`w-${index}`, { state: "provisioning", since: now }),
  );
  const observed = { ...drained, tasks };

  const { provider } = stepCapacityProvider(createCapacityProvider(now), observed, clusterSettings, now);
  const { order } = stepCapacityProvider(provider, observed, clusterSettings, now + 59 * second);

  // Four find room on the instance that is left, and one does not.
  expect(order).toEqual({ desired: 3, released: [] });
});

/** So many instances that have registered and are past their warm-up. */
function groupOf(count: number): AutoScalingGroup {
  return look(look(setGroupDesired(createGroup(0, 9), count), 0), now);
}

function look(group: AutoScalingGroup, at: number): AutoScalingGroup {
  return stepGroup(group, [], clusterSettings, () => 0.5, at);
}
