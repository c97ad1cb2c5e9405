import { expect, it } from "vitest";
import { type Hands, performActions } from "./perform-actions.ts";

function handsThatFailAt(...failing: string[]) {
  const done: string[] = [];
  const hand = (name: string) => async (to: unknown) => {
    if (failing.includes(name)) throw new Error(`${name} throttled`);
    done.push(`${name} ${to}`);
    return [];
  };
  const hands = {
    setFloor: hand("floor"),
    setDesired: hand("desired"),
    setInstanceFloor: hand("instances"),
    releaseInstances: hand("release"),
  } as unknown as Hands;
  return { done, hands };
}

const all = [
  { kind: "set-floor", tasks: 3 },
  { kind: "set-desired", tasks: 3 },
  { kind: "set-instance-floor", instances: 1 },
  { kind: "release-instances", ids: ["i-1", "i-2"] },
] as const;

it("does everything in the order of the plan", async () => {
  const { done, hands } = handsThatFailAt();

  const outcomes = await performActions(hands, all);

  expect(done).toEqual(["floor 3", "desired 3", "instances 1", "release i-1,i-2"]);
  expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined, undefined, undefined]);
});

it("leaves the count alone when the floor under it could not be moved, and goes on with the rest", async () => {
  const { done, hands } = handsThatFailAt("floor");

  const outcomes = await performActions(hands, all);

  expect(done).toEqual(["instances 1", "release i-1,i-2"]);
  expect(outcomes.slice(0, 2).map(({ error }) => error)).toEqual(["floor throttled", "the floor could not be moved"]);
});

it("tells of each failure by itself", async () => {
  const { hands } = handsThatFailAt("desired", "release");

  const outcomes = await performActions(hands, all);

  expect(outcomes.map(({ error }) => error)).toEqual([undefined, "desired throttled", undefined, "release throttled"]);
});
