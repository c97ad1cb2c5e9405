import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { CloudWatch } from "../cloudwatch/cloud-watch.ts";
import { FastClock } from "../fast-clock.ts";
import { ApplicationAutoScaling } from "./application-auto-scaling.ts";

const speed = 60;
const second = 1_000;
const resourceId = "service/workers/worker";
const backlog = { namespace: "Sluice", name: "BacklogPerTask", dimensions: {} };
const stranded = { namespace: "Sluice", name: "StrandedJobs", dimensions: {} };

let clock: ManualClock;
let cloudWatch: CloudWatch;
let scaling: ApplicationAutoScaling;
let service: { desiredCount: number; runningCount: number; setDesiredCount(count: number): void };
let jobs: number;

beforeEach(() => {
  clock = new ManualClock();
  const fastClock = new FastClock(clock, speed);
  cloudWatch = new CloudWatch(fastClock, () => {});
  jobs = 0;
  service = {
    desiredCount: 1,
    runningCount: 1,
    setDesiredCount(count) {
      service.desiredCount = count;
      clock.after(2 * second, () => {
        service.runningCount = service.desiredCount;
      });
    },
  };
  const find = (id: string) => (id === resourceId ? service : undefined);
  scaling = new ApplicationAutoScaling({ clock, fastClock, cloudWatch, findService: find });
});

/** Publishes the same metrics every minute, as the controller does. */
async function play(seconds: number): Promise<void> {
  for (let n = 0; n < seconds; n++) {
    const isAsleep = service.runningCount === 0 && service.desiredCount === 0;
    cloudWatch.put([
      { metric: backlog, value: jobs / Math.max(1, service.runningCount), at: clock.now() },
      { metric: stranded, value: isAsleep ? jobs : 0, at: clock.now() },
    ]);
    await clock.advance(second);
  }
}

function track(): void {
  scaling.putPolicy(resourceId, {
    kind: "target-tracking",
    arn: "arn:aws:autoscaling:policy/backlog",
    name: "backlog",
    cooldown: { outMilliseconds: 60 * second, inMilliseconds: 60 * second },
    metric: backlog,
    policy: { target: 10, statistic: "Average", isScaleInDisabled: false },
  });
}

function wake(): void {
  const arn = "arn:aws:autoscaling:policy/wake";
  scaling.putPolicy(resourceId, {
    kind: "step",
    arn,
    name: "wake",
    cooldown: { outMilliseconds: 300 * second, inMilliseconds: 300 * second },
    policy: {
      adjustmentType: "ChangeInCapacity",
      aggregation: "Maximum",
      steps: [{ lowerBound: 0, upperBound: null, adjustment: 1 }],
    },
  });
  cloudWatch.putAlarm({
    name: "wake",
    metric: stranded,
    rule: {
      periodMilliseconds: 60 * second,
      statistic: "Maximum",
      threshold: 0,
      comparison: "GreaterThanThreshold",
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: "notBreaching",
      actions: ["auto-scaling", "other"],
    },
    alarmActions: [arn],
    okActions: [],
  });
}

describe("target tracking", () => {
  it("goes out after three high points to as many tasks as the backlog needs, and in after fifteen low ones", async () => {
    scaling.register(resourceId, { min: 1, max: 10 });
    track();

    jobs = 47;
    await play(5);
    const outAfter = (scaling.activities[0]?.at ?? Number.NaN) / second;
    jobs = 0;
    await play(25);

    expect(scaling.activities.map(({ from, to }) => [from, to])).toEqual([
      [1, 5],
      [5, 1],
    ]);
    expect(outAfter).toBeGreaterThanOrEqual(3);
    expect((scaling.activities[1]?.at ?? 0) / second - 5).toBeGreaterThanOrEqual(14);
  });

  it("stays within its bounds", async () => {
    scaling.register(resourceId, { min: 2, max: 3 });
    track();

    jobs = 1_000;
    await play(5);

    expect(service.desiredCount).toBe(3);
    expect(scaling.activities.map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  it("does nothing without data, in either direction", async () => {
    service.desiredCount = 4;
    service.runningCount = 4;
    scaling.register(resourceId, { min: 1, max: 10 });
    track();

    await clock.advance(30 * second);

    expect(scaling.activities).toEqual([]);
  });

  it("is not woken from zero by a backlog at its target", async () => {
    service.desiredCount = 0;
    service.runningCount = 0;
    scaling.register(resourceId, { min: 0, max: 10 });
    track();

    jobs = 10;
    await play(10);
    const asleep = service.desiredCount;
    jobs = 11;
    await play(3);

    expect(asleep).toBe(0);
    expect(service.desiredCount).toBe(1);
  });
});

describe("a step policy", () => {
  it("wakes a sleeping service for a single job, once", async () => {
    service.desiredCount = 0;
    service.runningCount = 0;
    scaling.register(resourceId, { min: 0, max: 10 });
    track();
    wake();

    jobs = 1;
    await play(10);

    expect(scaling.activities.map(({ from, to }) => [from, to])).toEqual([[0, 1]]);
    expect(scaling.activities[0]?.cause).toContain("wake");
  });
});
