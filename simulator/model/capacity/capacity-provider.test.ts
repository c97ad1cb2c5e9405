import { expect, it } from "vitest";
import {
  type CapacityOrder,
  createCapacityProvider,
  type Observed,
  stepCapacityProvider,
} from "./capacity-provider.ts";
import { clusterSettings } from "./testing/sample-cluster.ts";
import { sampleInstance, sampleTask, times } from "./testing/samples.ts";

const second = 1_000;
const minute = 60 * second;
const old = -300 * second;

it.each([
  { waiting: 1, stepMinimum: 1, stepMaximum: 10_000, added: 1 },
  { waiting: 40, stepMinimum: 1, stepMaximum: 10_000, added: 10 },
  { waiting: 40, stepMinimum: 1, stepMaximum: 3, added: 3 },
  { waiting: 1, stepMinimum: 5, stepMaximum: 10_000, added: 5 },
])("adds $added for $waiting tasks, steps $stepMinimum to $stepMaximum [botocore ManagedScaling]", (row) => {
  const orders = play(observe({ busy: 2, waiting: row.waiting }), { until: minute - second, settings: row });

  expect(orders).toEqual([{ at: 58 * second, desired: 2 + row.added, released: [] }]);
});

it("asks for two instances first, however many are needed [A CR/961, CR/1716]", () => {
  expect(play(observe({ busy: 0, waiting: 400 }), { until: minute - second })).toMatchObject([{ desired: 2 }]);
  expect(play(observe({ busy: 0, waiting: 1 }), { until: minute - second })).toMatchObject([{ desired: 2 }]);
});

it.each([
  { launchedAt: 58 * second - 300 * second, orders: 1 },
  { launchedAt: 58 * second - 299 * second, orders: 0 },
])("does not add while an instance is younger than the warm-up [A managed-scaling-behavior]", (row) => {
  const observed = observe({ busy: 2, waiting: 9 });
  const [first, ...rest] = observed.instances;
  const instances = first ? [{ ...first, launchedAt: row.launchedAt }, ...rest] : [];

  expect(play({ ...observed, instances }, { until: minute - second })).toHaveLength(row.orders);
});

it("never passes the maximum of the group", () => {
  expect(play({ ...observe({ busy: 2, waiting: 40 }), maximum: 5 }, { until: minute - second })).toMatchObject([
    { desired: 5 },
  ]);
});

it("waits for 15 low datapoints, then goes down by at most half each minute [A; B faster-scaling-in blog]", () => {
  const orders = play(observe({ busy: 1, empty: 9 }), { until: 16 * minute });

  expect(orders[0]).toMatchObject({ at: 14 * minute + 58 * second, desired: 5 });
  expect(orders[0]?.released).toHaveLength(5);
  expect(orders[1]).toMatchObject({ at: 15 * minute + 58 * second, desired: 5 });
});

it("goes down by one instance at least [A managed-scaling-behavior]", () => {
  expect(play(observe({ busy: 0, empty: 1 }), { until: 15 * minute - second })).toMatchObject([{ desired: 0 }]);
});

it("gives up empty instances only [A managed termination protection]", () => {
  const orders = play(observe({ busy: 4, empty: 1 }), { until: 15 * minute - second });

  expect(orders).toMatchObject([{ desired: 4, released: ["empty-0"] }]);
});

it("starts counting anew after any request to scale out [A managed-scaling-behavior]", () => {
  const idle = observe({ busy: 1, empty: 3 });
  const crowded = observe({ busy: 4, waiting: 4 });
  const before = run(createCapacityProvider(0), idle, { until: 14 * minute - second });
  const request = run(before.provider, crowded, { from: 14 * minute, until: 15 * minute - second });
  const after = run(request.provider, idle, { from: 15 * minute, until: 30 * minute });

  expect(before.orders).toEqual([]);
  expect(request.orders).toMatchObject([{ desired: 5 }]);
  expect(after.orders.map(({ at }) => at)).toEqual([29 * minute + 58 * second]);
});

it.each([
  { target: 100, kept: 8 },
  { target: 80, kept: 10 },
  { target: 50, kept: 16 },
])("keeps $kept instances for 8 in use at a target of $target % [A23 cluster-auto-scaling.md]", ({ target, kept }) => {
  const settings = { targetCapacityPercent: target, scaleInShareMaximum: 1 };

  const orders = play(observe({ busy: 8, empty: 12 }), { until: 15 * minute - second, settings });

  expect(orders).toMatchObject([{ desired: kept }]);
});

it("adds spare instances when all are in use and the target is below 100 [A23 cluster-auto-scaling.md]", () => {
  const orders = play(observe({ busy: 8 }), { until: minute - second, settings: { targetCapacityPercent: 80 } });

  expect(orders).toMatchObject([{ desired: 10 }]);
});

it("starts a spare instance in an empty group when the target is below 100 [C CR/653]", () => {
  const orders = play(observe({ busy: 0 }), { until: minute - second, settings: { targetCapacityPercent: 90 } });

  expect(orders).toMatchObject([{ desired: 1 }]);
});

type Orders = (CapacityOrder & { at: number })[];

function play(observed: Observed, span: Parameters<typeof run>[2]): Orders {
  return run(createCapacityProvider(0), observed, span).orders;
}

/** Steps once a second while the cluster stays as it is: orders are noted, not obeyed. */
function run(
  provider: ReturnType<typeof createCapacityProvider>,
  observed: Observed,
  { from = 0, until, settings = {} }: { from?: number; until: number; settings?: Partial<typeof clusterSettings> },
) {
  const orders: Orders = [];
  let state = provider;
  for (let now = from; now <= until; now += second) {
    const step = stepCapacityProvider(state, observed, { ...clusterSettings, ...settings }, now);
    state = step.provider;
    if (step.order) orders.push({ ...step.order, at: now });
  }
  return { provider: state, orders };
}

function observe({ busy, empty = 0, waiting = 0 }: { busy: number; empty?: number; waiting?: number }): Observed {
  const used = times(busy, (index) => sampleInstance(`busy-${index}`, { launchedAt: old }));
  const unused = times(empty, (index) => sampleInstance(`empty-${index}`, { launchedAt: old }));
  const running = used.flatMap(({ id }) => times(4, (index) => sampleTask(`${id}-${index}`, { instanceId: id })));
  const provisioning = times(waiting, (index) => sampleTask(`waiting-${index}`, { state: "provisioning" }));
  const instances = [...used, ...unused];
  const tasks = [...running, ...provisioning];
  return { desired: instances.length, minimum: 0, maximum: 10_000, instances, tasks };
}
