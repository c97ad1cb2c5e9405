import { describe, expect, it } from "vitest";
import { defaults } from "./parameters.ts";
import { type TargetTrackingPolicy, trackingAlarms, trackTarget, wakeFromZero } from "./target-tracking.ts";

const policy: TargetTrackingPolicy = { target: 100, statistic: "Average", isScaleInDisabled: false };
const steady = { running: 10, desired: 10, isDeploying: false };

describe("the alarms of a target tracking policy", () => {
  it("are above the target 3 of 3 minutes and below 0.9 of it 15 of 15 minutes [C] containers-roadmap/issues/1208, stackd", () => {
    const { high, low } = trackingAlarms(policy);

    expect(high).toMatchObject({
      comparison: "GreaterThanThreshold",
      threshold: 100,
      periodMilliseconds: 60_000,
      datapointsToAlarm: 3,
      evaluationPeriods: 3,
    });
    expect(low).toMatchObject({
      comparison: "LessThanThreshold",
      threshold: 90,
      periodMilliseconds: 60_000,
      datapointsToAlarm: 15,
      evaluationPeriods: 15,
    });
  });

  it("have no low one when scale-in is disabled [A] AAS PutScalingPolicy", () => {
    expect(trackingAlarms({ ...policy, isScaleInDisabled: true }).low).toBeUndefined();
  });

  it("take other counts, as one report has AlarmLow 3 of 3 [C] terraform-provider-aws/issues/42553", () => {
    expect(trackingAlarms(policy, { ...defaults, alarmLowDatapoints: 3 }).low?.evaluationPeriods).toBe(3);
  });

  it.each([0, -1, Number.NaN])("do not exist for the target %d", (target) => {
    expect(() => trackingAlarms({ ...policy, target })).toThrow("A target is above 0");
  });
});

describe("the capacity target tracking asks for, ceil(running * metric / target) [C] stackd", () => {
  it.each([
    [10, 150, 15],
    [10, 101, 11],
    [3, 250, 8],
    [10, 100.1, 11],
  ])("is out: %d tasks at %d of 100 want %d", (running, metric, wanted) => {
    const proposal = trackTarget(policy, { ...steady, alarm: "high", metric, running, desired: running });

    expect(proposal).toEqual({ asks: "out", base: running, wanted });
  });

  it.each([
    [10, 50, 5],
    [10, 51, 6],
    [10, 0, 0],
    [3, 50, 2],
  ])("is in: %d tasks at %d of 100 want %d", (running, metric, wanted) => {
    const proposal = trackTarget(policy, { ...steady, alarm: "low", metric, running, desired: running });

    expect(proposal).toEqual({ asks: "in", base: running, wanted });
  });

  it("starts from the running count, not the desired one [A] DG/service-auto-scaling.html", () => {
    const booting = { alarm: "high" as const, metric: 150, running: 10, desired: 15, isDeploying: false };

    expect(trackTarget(policy, booting)).toEqual({ asks: "nothing", reason: "already-at-desired-capacity" });
    expect(trackTarget(policy, { ...booting, desired: 12 })).toEqual({ asks: "out", base: 10, wanted: 15 });
  });

  it("does not round up the noise of binary fractions: 3 * 0.4 / 0.1 is 12", () => {
    const proposal = trackTarget({ ...policy, target: 0.1 }, { ...steady, alarm: "high", metric: 0.4, running: 3 });

    expect(proposal).toMatchObject({ wanted: 12 });
  });

  it.each(["high", "low"] as const)(
    "is none without data on the %s alarm [A] DG/service-autoscaling-targettracking.html",
    (alarm) => {
      for (const metric of [undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(trackTarget(policy, { ...steady, alarm, metric })).toEqual({
          asks: "nothing",
          reason: "insufficient-data",
        });
      }
    },
  );

  it("never goes in during a deployment, but goes out [A] DG/service-autoscaling-targettracking.html", () => {
    const deploying = { ...steady, isDeploying: true };

    expect(trackTarget(policy, { ...deploying, alarm: "low", metric: 10 })).toEqual({
      asks: "nothing",
      reason: "deployment-in-progress",
    });
    expect(trackTarget(policy, { ...deploying, alarm: "high", metric: 150 })).toMatchObject({
      asks: "out",
      wanted: 15,
    });
  });

  it("never goes in when scale-in is disabled [A] AAS PutScalingPolicy", () => {
    const outOnly = { ...policy, isScaleInDisabled: true };

    expect(trackTarget(outOnly, { ...steady, alarm: "low", metric: 10 })).toMatchObject({
      reason: "scale-in-disabled",
    });
  });
});

describe("target tracking from zero tasks [A] DG/service-autoscaling-targettracking.html", () => {
  it("asks for one task after one datapoint, however large", () => {
    expect(wakeFromZero(policy, 5_000, 0)).toEqual({ asks: "out", base: 0, wanted: 1 });
    expect(trackTarget(policy, { alarm: "high", metric: 5_000, running: 0, desired: 0, isDeploying: false })).toEqual(
      wakeFromZero(policy, 5_000, 0),
    );
  });

  it("does not ask again while that task starts", () => {
    expect(wakeFromZero(policy, 5_000, 1)).toEqual({ asks: "nothing", reason: "already-at-desired-capacity" });
  });

  it("waits for the datapoint", () => {
    expect(wakeFromZero(policy, undefined, 0)).toEqual({ asks: "nothing", reason: "insufficient-data" });
  });
});
