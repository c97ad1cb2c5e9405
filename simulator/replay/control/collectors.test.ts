import { expect, it } from "vitest";
import { createRandom } from "../../../workload/random.ts";
import { createAwsFleet } from "../capacity/aws-fleet.ts";
import { createScenario } from "../scenario.ts";
import { Workers } from "../workers.ts";
import { Collectors } from "./collectors.ts";
import { MetricFeed } from "./metric-feed.ts";

const minute = 60_000;

/** A job of 30 s each 10 s, for one task with two slots. */
function collect() {
  const arrivalSeconds = Float64Array.from({ length: 60 }, (_, job) => 10 * job);
  const jobs = { arrivalSeconds, serviceSeconds: arrivalSeconds.map(() => 30) };
  const scenario = createScenario("jobs", jobs);
  const workers = new Workers(jobs, scenario.slotsPerTask, createRandom(1));
  return { workers, collectors: new Collectors(scenario, workers, createAwsFleet(scenario, 1, workers)) };
}

it("sees queue, workers and service as they are now, arrivals over two minutes", () => {
  const { workers, collectors } = collect();
  workers.runUntil(5 * minute);

  // 31 came; the slots began one each 30 s, from 0 s and from 10 s on: 11 and 10.
  expect(collectors.sample(5 * minute)).toMatchObject({
    visibleJobs: 10,
    jobsInFlight: 2,
    runningTasks: 1,
    desiredTasks: 1,
    pendingTasks: 0,
    arrivals: { perSecond: 0.1 },
    workers: { reportingTasks: 1, slots: 2, busySlots: 2, agesSeconds: [20, 0], serviceSeconds: Array(19).fill(30) },
    instances: [{ id: "i-1", tasks: 1 }],
  });
});

it("measures use since the last look", () => {
  const { workers, collectors } = collect();
  workers.runUntil(10_000);
  // One slot since 0 s; the other got its first job only now.
  expect(collectors.sample(10_000).usePercent).toBe(50);
  workers.runUntil(20_000);

  expect(collectors.sample(20_000).usePercent).toBe(100);
});

it("shows AWS's own minutes late, and what is published at once", () => {
  const { workers, collectors } = collect();
  const feed = new MetricFeed(["sqs-visible", "ecs-cpu", "published:m"], collectors);
  workers.runUntil(minute);
  feed.step(minute);
  feed.publish("m", 7, minute + 1);

  expect(feed.samplesOf("sqs-visible")).toEqual([{ at: 0, visibleAt: 2 * minute, value: 2 }]);
  expect(feed.samplesOf("ecs-cpu")).toMatchObject([{ at: 0, visibleAt: 3 * minute }]);
  expect(feed.samplesOf("published:m")).toEqual([{ at: minute + 1, visibleAt: minute + 1, value: 7 }]);
});
