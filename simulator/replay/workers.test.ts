import { describe, expect, it } from "vitest";
import type { JobList } from "../../workload/job-list.ts";
import { createRandom } from "../../workload/random.ts";
import { batchMeans, erlangC } from "./testing/erlang-c.ts";
import { poissonJobs } from "./testing/random-jobs.ts";
import { Workers } from "./workers.ts";

const list = (...jobs: [arrival: number, service: number][]): JobList => ({
  arrivalSeconds: Float64Array.from(jobs, ([arrival]) => arrival),
  serviceSeconds: Float64Array.from(jobs, ([, service]) => service),
});

const workersOf = (jobs: JobList, slots: number) => new Workers(jobs, slots, createRandom(1));

describe("workers", () => {
  it.each([1, 4, 16])("make jobs wait as Erlang's formula says, with %i slots", (slots) => {
    const meanServiceSeconds = 10;
    const perSecond = (0.8 * slots) / meanServiceSeconds;
    const jobs = poissonJobs({ seed: 5, count: 400_000, perSecond, meanServiceSeconds });
    const workers = workersOf(jobs, slots);
    workers.addTask(0);

    workers.runUntil(Number.MAX_VALUE);

    const waits = workers.startedAt.map((started, job) => started / 1_000 - (jobs.arrivalSeconds[job] ?? 0));
    const expected = erlangC(slots, perSecond, meanServiceSeconds);
    const meanWait = batchMeans(waits, 40);
    const shareThatWaits = batchMeans(
      waits.map((wait) => (wait > 1e-6 ? 1 : 0)),
      40,
    );
    expect(Math.abs(meanWait.mean - expected.meanWaitSeconds)).toBeLessThan(3 * meanWait.standardError);
    expect(Math.abs(shareThatWaits.mean - expected.shareThatWaits)).toBeLessThan(3 * shareThatWaits.standardError);
  });

  it("start jobs in the order in which they came, each as soon as a slot is free", () => {
    const workers = workersOf(list([0, 5], [1, 2], [2, 1], [20, 1]), 1);
    workers.addTask(0);
    workers.addTask(500);

    workers.runUntil(30_000);

    expect([...workers.startedAt]).toEqual([0, 1_000, 3_000, 20_000]);
  });

  it("leave jobs waiting until a task comes up", () => {
    const workers = workersOf(list([0, 1], [0, 1], [0, 1]), 2);
    workers.runUntil(5_000);
    expect([workers.waitingCount, workers.runningCount]).toEqual([3, 0]);

    workers.addTask(5_000);

    expect([workers.waitingCount, workers.runningCount]).toEqual([1, 2]);
  });

  it("get the jobs of a lost task back when their lease is over, before others, and start them anew", () => {
    const workers = workersOf(list([0, 30], [1, 50], [20, 1]), 1);
    const task = workers.addTask(0);
    workers.runUntil(10_000);

    workers.loseTask(task, 10_000);
    workers.runUntil(60_000);
    const hidden = [workers.waitingCount, workers.runningCount, workers.busyMilliseconds(60_000)];
    workers.runUntil(80_000);
    const seen = [workers.waitingCount, workers.runningCount];
    workers.addTask(80_000);

    // Jobs 2 and 3 wait, job 1 is in flight until its lease is over though nobody works on it.
    expect(hidden).toEqual([2, 1, 10_000]);
    expect(seen).toEqual([3, 0]);
    expect(workers.agesSeconds(90_000)).toEqual([10]);
    workers.runUntil(200_000);
    expect([...workers.startedAt]).toEqual([0, 110_000, 160_000]);
    expect(workers.finishedCount).toBe(3);
    expect(workers.busyMilliseconds(200_000)).toBe(10_000 + 30_000 + 50_000 + 1_000);
  });

  it("stop at the moment a watched task becomes idle, and not for a slot of a busy one", () => {
    const workers = workersOf(list([0, 3], [0, 8]), 2);
    const task = workers.addTask(0);
    workers.watchesIdle = true;

    const stopped = workers.runUntil(60_000);

    expect(stopped).toBe(8_000);
    expect(workers.isIdle(task)).toBe(true);
  });

  it("give no job to a task that is gone", () => {
    const workers = workersOf(list([1, 1]), 2);
    workers.removeTask(workers.addTask(0));

    workers.runUntil(60_000);

    expect(workers.waitingCount).toBe(1);
  });

  it("know how long slots were busy at any moment, and how long the last jobs ran", () => {
    const workers = workersOf(list(...Array.from({ length: 30 }, (_, job): [number, number] => [job, 4])), 8);
    workers.addTask(0);

    workers.runUntil(10_000);
    expect(workers.busyMilliseconds(10_000)).toBe(7 * 4_000 + 3_000 + 2_000 + 1_000);
    workers.runUntil(60_000);

    expect(workers.busyMilliseconds(60_000)).toBe(30 * 4_000);
    expect(workers.finished.list()).toEqual(Array.from({ length: 30 }, () => 4));
  });

  it("know how long each job that runs has been running", () => {
    const workers = workersOf(list([0, 9], [2, 1], [4, 9]), 8);
    workers.addTask(0);

    workers.runUntil(5_000);

    expect(workers.agesSeconds(5_000).sort()).toEqual([1, 5]);
  });

  it("count arrivals of a window, its beginning excluded", () => {
    const workers = workersOf(list([1, 1], [2, 1], [3, 1], [4, 1]), 1);
    workers.runUntil(3_500);

    expect(workers.arrivalsBetween(1_000, 3_500)).toBe(2);
  });
});
