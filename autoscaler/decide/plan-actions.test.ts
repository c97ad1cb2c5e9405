import { describe, expect, it } from "vitest";
import { type Observed, planActions, type ScalingMode, type Wish } from "./plan-actions.ts";

const steering: ScalingMode = { kind: "steering", movesInstances: true };
const settled: Observed = { desiredTasks: 8, floorTasks: 8, instanceFloor: 2 };
const wish = (changes: Partial<Wish> = {}): Wish => ({ tasks: 8, instanceFloor: 2, releaseInstances: [], ...changes });

describe("steering", () => {
  it("does nothing where nothing has to change", () => {
    expect(planActions(wish(), settled, 1, steering)).toEqual([]);
  });

  it("goes out by the floor, which lifts the service at once, and orders instances with it", () => {
    expect(planActions(wish({ tasks: 12, instanceFloor: 3 }), settled, 1, steering)).toEqual([
      { kind: "set-floor", tasks: 12 },
      { kind: "set-instance-floor", instances: 3 },
    ]);
  });

  it("goes in by the floor first and the count after it, then the instances", () => {
    const smaller = wish({ tasks: 4, instanceFloor: 1, releaseInstances: ["i-1"] });

    expect(planActions(smaller, settled, 1, steering)).toEqual([
      { kind: "set-floor", tasks: 4 },
      { kind: "set-desired", tasks: 4 },
      { kind: "set-instance-floor", instances: 1 },
      { kind: "release-instances", ids: ["i-1"] },
    ]);
  });

  it("registers the floor again where somebody took the service below it", () => {
    expect(planActions(wish(), { ...settled, desiredTasks: 3 }, 1, steering)).toEqual([
      { kind: "set-floor", tasks: 8 },
    ]);
  });

  it("takes back what target tracking added", () => {
    const added = { ...settled, desiredTasks: 11 };

    expect(planActions(wish(), added, 1, steering)).toEqual([{ kind: "set-desired", tasks: 8 }]);
  });

  it("leaves instances to AWS where it is told to, and puts their floor back", () => {
    const actions = planActions(wish({ releaseInstances: ["i-1"] }), settled, 1, {
      ...steering,
      movesInstances: false,
    });

    expect(actions).toEqual([{ kind: "set-instance-floor", instances: 0 }]);
  });
});

describe("tracking", () => {
  const tracking: ScalingMode = { kind: "tracking", movesInstances: true };

  it("puts back the floors that steering left, and touches nothing else", () => {
    expect(planActions(wish({ tasks: 20 }), settled, 1, tracking)).toEqual([
      { kind: "set-floor", tasks: 1 },
      { kind: "set-instance-floor", instances: 0 },
    ]);
  });

  it("does nothing after that", () => {
    const back = { desiredTasks: 8, floorTasks: 1, instanceFloor: 0 };

    expect(planActions(wish({ tasks: 2, releaseInstances: ["i-1"] }), back, 1, tracking)).toEqual([]);
  });
});
