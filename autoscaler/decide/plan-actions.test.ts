import { describe, expect, it } from "vitest";
import { type ControlMode, type CurrentCapacity, type DesiredCapacity, planActions } from "./plan-actions.ts";

const steering: ControlMode = { kind: "steering", scalesInstances: true };
const settled: CurrentCapacity = { desiredTasks: 8, minCapacity: 8, minSize: 2 };
const desired = (changes: Partial<DesiredCapacity> = {}): DesiredCapacity => ({
  tasks: 8,
  minSize: 2,
  terminateInstances: [],
  ...changes,
});

describe("steering", () => {
  it("plans nothing where nothing has to change", () => {
    expect(planActions(desired(), settled, 1, steering)).toEqual([]);
  });

  it("scales out by MinCapacity, and orders instances with the tasks", () => {
    expect(planActions(desired({ tasks: 12, minSize: 3 }), settled, 1, steering)).toEqual([
      { kind: "set-min-capacity", tasks: 12 },
      { kind: "set-min-size", instances: 3 },
    ]);
  });

  it("scales in by MinCapacity, then the desired count, then the instances", () => {
    const smaller = desired({ tasks: 4, minSize: 1, terminateInstances: ["i-1"] });

    expect(planActions(smaller, settled, 1, steering)).toEqual([
      { kind: "set-min-capacity", tasks: 4 },
      { kind: "set-desired-count", tasks: 4 },
      { kind: "set-min-size", instances: 1 },
      { kind: "terminate-instances", ids: ["i-1"] },
    ]);
  });

  it("registers MinCapacity again if the desired count is below it", () => {
    expect(planActions(desired(), { ...settled, desiredTasks: 3 }, 1, steering)).toEqual([
      { kind: "set-min-capacity", tasks: 8 },
    ]);
  });

  it("removes tasks that target tracking has added", () => {
    const added = { ...settled, desiredTasks: 11 };

    expect(planActions(desired(), added, 1, steering)).toEqual([{ kind: "set-desired-count", tasks: 8 }]);
  });

  it("leaves the instances to the capacity provider if so configured, and resets MinSize", () => {
    const actions = planActions(desired({ terminateInstances: ["i-1"] }), settled, 1, {
      ...steering,
      scalesInstances: false,
    });

    expect(actions).toEqual([{ kind: "set-min-size", instances: 0 }]);
  });
});

describe("tracking", () => {
  const tracking: ControlMode = { kind: "tracking", scalesInstances: true };

  it("resets MinCapacity and MinSize after steering, and changes nothing else", () => {
    expect(planActions(desired({ tasks: 20 }), settled, 1, tracking)).toEqual([
      { kind: "set-min-capacity", tasks: 1 },
      { kind: "set-min-size", instances: 0 },
    ]);
  });

  it("plans nothing after that", () => {
    const back = { desiredTasks: 8, minCapacity: 1, minSize: 0 };

    expect(planActions(desired({ tasks: 2, terminateInstances: ["i-1"] }), back, 1, tracking)).toEqual([]);
  });
});

it.each(["minCapacity", "minSize"] as const)("changes nothing that depends on %s while it is unknown", (unknown) => {
  const smaller = desired({ tasks: 4, minSize: 1, terminateInstances: ["i-1"] });

  const kinds = planActions(smaller, { ...settled, [unknown]: undefined }, 1, steering).map(({ kind }) => kind);

  expect(kinds).toEqual(
    unknown === "minSize" ? ["set-min-capacity", "set-desired-count"] : ["set-min-size", "terminate-instances"],
  );
});
