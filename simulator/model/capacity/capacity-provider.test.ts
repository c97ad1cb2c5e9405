import { expect, it } from "vitest";
import { CapacityProvider } from "./capacity-provider.ts";
import { eachSecond, sampleGroup, sampleSettings, sampleTask, times } from "./testing/samples.ts";

const second = 1_000;
const minute = 60 * second;
/** Longer ago than the warm-up. */
const old = -600 * second;

it.each([
  { waiting: 1, stepMinimum: 1, stepMaximum: 10_000, added: 1 },
  { waiting: 40, stepMinimum: 1, stepMaximum: 10_000, added: 10 },
  { waiting: 40, stepMinimum: 1, stepMaximum: 3, added: 3 },
  { waiting: 1, stepMinimum: 5, stepMaximum: 10_000, added: 5 },
])("adds $added for $waiting tasks, steps $stepMinimum to $stepMaximum [botocore ManagedScaling]", (row) => {
  const orders = play({ busy: 2, waiting: row.waiting, settings: row }, minute - second);

  expect(orders).toEqual([{ at: 58 * second, desired: 2 + row.added }]);
});

it.each([1, 400])("asks for two instances first, here for %i tasks [A CR/961, CR/1716]", (waiting) => {
  expect(play({ busy: 0, waiting }, minute - second)).toMatchObject([{ desired: 2 }]);
});

it.each([
  { launchedAt: 58 * second - 300 * second, orders: 1 },
  { launchedAt: 58 * second - 299 * second, orders: 0 },
])("does not add while an instance is younger than the warm-up [A managed-scaling-behavior]", (row) => {
  const cluster = clusterOf({ busy: 2, waiting: 9 });
  const [first] = cluster.group.instances;
  if (first) first.launchedAt = row.launchedAt;

  expect(run(cluster, 0, minute - second)).toHaveLength(row.orders);
});

it("never passes the maximum of the group", () => {
  expect(play({ busy: 2, waiting: 40, maximum: 5 }, minute - second)).toMatchObject([{ desired: 5 }]);
});

it("waits for 15 low datapoints, then goes down by at most half each minute [A; B faster-scaling-in blog]", () => {
  expect(play({ busy: 1, empty: 9 }, 17 * minute)).toEqual([
    { at: 14 * minute + 58 * second, desired: 5 },
    { at: 15 * minute + 58 * second, desired: 3 },
    { at: 16 * minute + 58 * second, desired: 2 },
  ]);
});

it("goes down by one instance at least [A managed-scaling-behavior]", () => {
  expect(play({ busy: 0, empty: 1 }, 15 * minute - second)).toMatchObject([{ desired: 0 }]);
});

it("releases empty instances only, and none where termination protection is not managed [A]", () => {
  const managed = clusterOf({ busy: 4, empty: 1 });
  const left = clusterOf({ busy: 4, empty: 1, settings: { releasesEmptyInstances: false } });

  for (const cluster of [managed, left]) expect(run(cluster, 0, 15 * minute)).toMatchObject([{ desired: 4 }]);

  const unprotected = ({ group }: typeof managed) => group.instances.filter(({ isProtected }) => !isProtected);
  expect(unprotected(managed).map(({ id }) => id)).toEqual(["i-5"]);
  expect(unprotected(left)).toEqual([]);
});

it("starts counting anew after any request to scale out [A managed-scaling-behavior]", () => {
  const cluster = clusterOf({ busy: 1, empty: 3 });
  const crowd = times(16, (index) => sampleTask(`waiting-${index}`));

  const before = run(cluster, 0, 14 * minute - second);
  const request = run({ ...cluster, tasks: crowd }, 14 * minute, 15 * minute - second);
  cluster.group.setDesired(4);
  const after = run(cluster, 15 * minute, 30 * minute);

  expect(before).toEqual([]);
  expect(request).toMatchObject([{ desired: 5 }]);
  expect(after.map(({ at }) => at)).toEqual([29 * minute + 58 * second]);
});

it.each([
  { target: 100, kept: 8 },
  { target: 80, kept: 10 },
  { target: 50, kept: 16 },
])("keeps $kept instances for 8 in use at a target of $target % [A23 cluster-auto-scaling.md]", ({ target, kept }) => {
  const settings = { targetCapacityPercent: target, scaleInShareMaximum: 1 };

  expect(play({ busy: 8, empty: 12, settings }, 15 * minute - second)).toMatchObject([{ desired: kept }]);
});

it.each([
  { busy: 8, target: 80, desired: 10, source: "A23 cluster-auto-scaling.md" },
  { busy: 0, target: 90, desired: 1, source: "C CR/653" },
])("adds spare instances to $busy in use at a target of $target % [$source]", ({ busy, target, desired }) => {
  const settings = { targetCapacityPercent: target };

  expect(play({ busy, settings }, minute - second)).toMatchObject([{ desired }]);
});

it("counts instances drained by hand as missing room, and asks for more beside them [?]", () => {
  const cluster = clusterOf({ busy: 0, empty: 2, waiting: 5 });
  cluster.group.setDraining(["i-1"], true);

  // Four tasks find room on the instance that is left, and one does not.
  expect(run(cluster, 0, minute - second)).toMatchObject([{ desired: 3 }]);
});

interface Sample {
  busy: number;
  empty?: number;
  waiting?: number;
  maximum?: number;
  settings?: Partial<typeof sampleSettings>;
}

/** Full and empty instances, waiting tasks and a capacity provider that has seen nothing yet. */
function clusterOf({ busy, empty = 0, waiting = 0, maximum = 10_000, settings = {} }: Sample) {
  const group = sampleGroup(0, maximum, settings);
  group.setDesired(busy + empty);
  group.step(old);
  group.step(old + 100 * second);
  for (const instance of group.instances.slice(0, busy)) times(4, (index) => sampleTask(`t-${index}`, { instance }));
  const tasks = times(waiting, (index) => sampleTask(`waiting-${index}`));
  return { group, tasks, provider: new CapacityProvider({ ...sampleSettings, ...settings }, 0) };
}

function play(sample: Sample, until: number) {
  return run(clusterOf(sample), 0, until);
}

/** Steps once a second, while instances and tasks stay as they are, and notes each change of the desired count. */
function run({ group, tasks, provider }: ReturnType<typeof clusterOf>, from: number, until: number) {
  const orders: { at: number; desired: number }[] = [];
  for (const now of eachSecond({ from, until })) {
    if (provider.step(group, tasks, now) !== undefined) orders.push({ at: now, desired: group.desired });
  }
  return orders;
}
