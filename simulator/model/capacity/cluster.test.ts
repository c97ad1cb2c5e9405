import { expect, it } from "vitest";
import { createGroup, setGroupDesired, stepGroup } from "./auto-scaling-group.ts";
import { createCapacityProvider } from "./capacity-provider.ts";
import type { Cluster, ClusterSettings } from "./cluster.ts";
import { createService, type Service, setDesiredCount } from "./service-scheduler.ts";
import { clusterSettings, emptyCluster, playCluster } from "./testing/sample-cluster.ts";
import { countStates, sampleTask, times } from "./testing/samples.ts";

const second = 1_000;
const minute = 60 * second;

it("2 instances from zero, the next wave after the warm-up [A CR/961, CR/1716; managed-scaling-behavior]", () => {
  const { changes } = changesOfDesired(emptyCluster(40), 10 * minute);

  expect(changes.map(({ desired }) => desired)).toEqual([2, 10]);
  expect(changes[0]?.at).toBe(58 * second);
  expect(between(changes)).toBeGreaterThanOrEqual(5 * minute);
  expect(between(changes)).toBeLessThanOrEqual(6 * minute);
});

it.each([0, 20, 40, 59])(
  "from zero the first task runs 2 to 3 minutes after it was wanted, whatever the metric's phase (%d s) [D cold path; C vladionescu.me]",
  (phase) => {
    const starts: number[] = [];
    const cluster = { ...emptyCluster(8), provider: createCapacityProvider(phase * second) };

    playCluster(cluster, { until: 5 * minute }, ({ service }, now) => {
      if (countStates(service).running > 0) starts.push(now);
    });

    // From the datapoint 58 s to the alarm's action, 55 s of boot, 3 s of start, and 1 s until the scheduler looks.
    expect(starts[0]).toBe((phase + 117) * second);
  },
);

it("PROVISIONING cap 500: the first count sees no more than 500 tasks [C containers-roadmap/1780]", () => {
  const cluster = playCluster(emptyCluster(1_000), { until: 3 * second });

  expect(countStates(cluster.service)).toMatchObject({ provisioning: 500 });
  expect(cluster.provider.samples).toMatchObject([{ neededInstances: 125 }]);
});

it("loses nobody on the way: all that is desired runs in the end, on no more instances than it takes", () => {
  const { service, group } = playCluster(emptyCluster(40), { until: 40 * minute });

  expect(countStates(service)).toEqual({ provisioning: 0, pending: 0, running: 40, stopping: 0 });
  expect(group.instances).toHaveLength(10);
});

it("goes back to zero instances when nothing is desired [A managed-scaling-behavior]", () => {
  const busy = playCluster(emptyCluster(40), { until: 20 * minute });
  const idle: Cluster = { ...busy, service: setDesiredCount(busy.service, 0) };

  expect(playCluster(idle, { from: 20 * minute + second, until: 45 * minute }).group.instances).toEqual([]);
});

/*
 * AWS measured 10 minutes at steps of 50 % and 80 minutes at steps of 5 %, from 1,000 tasks to 100 at three tasks an
 * instance. A step a minute, as documented, gives 4 and 51: the model is the faster one, and by more at large steps.
 */
it("334 -> 34 instances about 10 minutes after the 15-minute wait: no more, in four halvings [B faster-scaling-in blog]", () => {
  const { changes, cluster } = scaleIn(0.5, 25 * minute);

  expect(changes.map(({ desired }) => desired)).toEqual([167, 84, 42, 34]);
  expect(changes[0]?.at).toBeGreaterThan(14 * minute);
  expect(changes[0]?.at).toBeLessThanOrEqual(16 * minute);
  expect(between(changes)).toBe(3 * minute);
  expect(cluster.group.instances).toHaveLength(34);
  expect(countStates(cluster.service)).toMatchObject({ running: 100 });
});

it("334 -> 34 instances took 80 minutes at the former steps of 5 %: no more, and not half as long [B faster-scaling-in blog]", () => {
  const { changes, cluster } = scaleIn(0.05, 95 * minute);

  expect(between(changes)).toBeGreaterThan(40 * minute);
  expect(between(changes)).toBeLessThanOrEqual(80 * minute);
  expect(cluster.group.instances).toHaveLength(34);
});

function scaleIn(scaleInShareMaximum: number, until: number) {
  return changesOfDesired(blogExample(), until, { ...clusterSettings, scaleInShareMaximum });
}

function changesOfDesired(cluster: Cluster, until: number, settings: ClusterSettings = clusterSettings) {
  const changes: { at: number; desired: number }[] = [];
  let desired = cluster.group.desired;
  const played = playCluster(cluster, { until, settings }, ({ group }, now) => {
    if (group.desired !== desired) changes.push({ at: now, desired: group.desired });
    desired = group.desired;
  });
  return { changes, cluster: played };
}

function between(changes: { at: number }[]): number {
  return (changes.at(-1)?.at ?? 0) - (changes[0]?.at ?? 0);
}

/** 1,000 tasks on 334 instances of three, all running, of which 100 packed ones are still wanted. */
function blogExample(): Cluster {
  const settings = { ...clusterSettings, bootMedianMilliseconds: 0 };
  const empty = setGroupDesired(createGroup(0, 1_000), 334);
  const group = stepGroup(empty, [], settings, () => 0.5, -10 * minute);
  const tasks = times(1_000, (index) => sampleTask(`s-${index + 1}`, { instanceId: `i-${Math.floor(index / 3) + 1}` }));
  const service: Service = { ...createService("s", 100), tasks, nextTaskNumber: 1_001 };
  return { service, group, provider: createCapacityProvider(0) };
}
