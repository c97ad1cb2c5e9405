import { beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { CloudWatch } from "../cloudwatch/cloud-watch.ts";
import { FastClock } from "../fast-clock.ts";
import { handleAutoScaling } from "./api.ts";
import { ApplicationAutoScaling } from "./application-auto-scaling.ts";

const resourceId = "service/workers/worker";
const ofService = { ServiceNamespace: "ecs", ResourceId: resourceId, ScalableDimension: "ecs:service:DesiredCount" };

let scaling: ApplicationAutoScaling;
let service: { desiredCount: number; runningCount: number; setDesiredCount(count: number): void };
beforeEach(() => {
  const clock = new ManualClock(5_000);
  const fastClock = new FastClock(clock, 60);
  service = {
    desiredCount: 2,
    runningCount: 2,
    setDesiredCount: (count) => void Object.assign(service, { desiredCount: count }),
  };
  scaling = new ApplicationAutoScaling({
    clock,
    fastClock,
    cloudWatch: new CloudWatch(fastClock, () => {}),
    findService: (id) => (id === resourceId ? service : undefined),
  });
});

it("moves a service into new bounds at once, and tells of it in AWS's words", () => {
  register({ MinCapacity: 4, MaxCapacity: 8 });
  register({ MinCapacity: 1, MaxCapacity: 3 });

  expect(service.desiredCount).toBe(3);
  expect(call("DescribeScalingActivities", { ServiceNamespace: "ecs", ResourceId: resourceId })).toMatchObject({
    ScalingActivities: [
      { Description: "Setting desired count to 3.", Cause: "maximum capacity was set to 3", StartTime: 5 },
      { Description: "Setting desired count to 4.", Cause: "minimum capacity was set to 4", StatusCode: "Successful" },
    ],
  });
});

it("takes one bound alone, and leaves the other as it is", () => {
  register({ MinCapacity: 1, MaxCapacity: 8 });

  register({ MinCapacity: 5 });

  expect(service.desiredCount).toBe(5);
  expect(call("DescribeScalableTargets", { ServiceNamespace: "ecs", ResourceIds: [resourceId] })).toMatchObject({
    ScalableTargets: [{ ResourceId: resourceId, MinCapacity: 5, MaxCapacity: 8 }],
  });
});

it("does not lower what is desired with its minimum", () => {
  register({ MinCapacity: 5, MaxCapacity: 8 });

  register({ MinCapacity: 1 });

  expect(service.desiredCount).toBe(5);
});

it("leaves a count that somebody set below the minimum, until bounds are registered again", () => {
  register({ MinCapacity: 2, MaxCapacity: 8 });

  service.setDesiredCount(1);
  const below = service.desiredCount;
  register({ MaxCapacity: 9 });

  expect(below).toBe(1);
  expect(service.desiredCount).toBe(2);
});

it.each([
  ["a minimum above the maximum", () => register({ MinCapacity: 9 }), "ValidationException"],
  ["a field it does not know", () => register({ Color: "red" }), "ValidationException"],
  ["a service that is not there", () => register({ ResourceId: "service/a/b" }), "ObjectNotFoundException"],
  ["an action it does not know", () => call("DeleteScalingPolicy", {}), "UnsupportedOperation"],
])("refuses %s", (_name, ask, code) => {
  register({ MinCapacity: 1, MaxCapacity: 8 });

  expect(ask).toThrow(expect.objectContaining({ code }));
});

it("wants both bounds at first", () => {
  expect(() => register({ MinCapacity: 1 })).toThrow(expect.objectContaining({ code: "ValidationException" }));
});

function register(changes: object): object {
  return call("RegisterScalableTarget", { ...ofService, ...changes });
}

function call(action: string, input: object): object {
  return handleAutoScaling(scaling, action, input);
}
