import { expect, it } from "vitest";
import { performActions, type ScalingClient } from "./perform-actions.ts";

function clientThatFailsAt(...failing: string[]) {
  const done: string[] = [];
  const method = (name: string) => async (value: unknown) => {
    if (failing.includes(name)) throw new Error(`${name} throttled`);
    done.push(`${name} ${value}`);
    return [];
  };
  const client = {
    setMinCapacity: method("min-capacity"),
    setDesiredCount: method("desired-count"),
    setMinSize: method("min-size"),
    terminateInstances: (chosen: readonly { id: string }[]) => method("terminate")(chosen.map(({ id }) => id)),
  } as unknown as ScalingClient;
  return { done, client };
}

const all = [
  { kind: "set-min-capacity", tasks: 3 },
  { kind: "set-desired-count", tasks: 3 },
  { kind: "set-min-size", instances: 1 },
  { kind: "terminate-instances", ids: ["i-1", "i-2"] },
] as const;

const instances = [
  { id: "i-1", arn: "arn:one", tasks: 0 },
  { id: "i-2", arn: "arn:two", tasks: 0 },
];

it("performs the actions in order", async () => {
  const { done, client } = clientThatFailsAt();

  const outcomes = await performActions(client, all, instances);

  expect(done).toEqual(["min-capacity 3", "desired-count 3", "min-size 1", "terminate i-1,i-2"]);
  expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined, undefined, undefined]);
});

it("skips the desired count when MinCapacity could not be set, and performs the rest", async () => {
  const { done, client } = clientThatFailsAt("min-capacity");

  const outcomes = await performActions(client, all, instances);

  expect(done).toEqual(["min-size 1", "terminate i-1,i-2"]);
  expect(outcomes.slice(0, 2).map(({ error }) => error)).toEqual([
    "min-capacity throttled",
    "skipped: MinCapacity was not changed",
  ]);
});

it("reports each failure", async () => {
  const { client } = clientThatFailsAt("desired-count", "terminate");

  const outcomes = await performActions(client, all, instances);

  expect(outcomes.map(({ error }) => error)).toEqual([
    undefined,
    "desired-count throttled",
    undefined,
    "terminate throttled",
  ]);
});

it("refuses an instance that is not in the cluster", async () => {
  const { done, client } = clientThatFailsAt();

  const outcomes = await performActions(client, [{ kind: "terminate-instances", ids: ["i-9"] }], instances);

  expect(outcomes.map(({ error }) => error)).toEqual(["expected an instance of the cluster; came i-9"]);
  expect(done).toEqual([]);
});
