import { describe, expect, it } from "vitest";
import type { JobList } from "../../workload/job-list.ts";
import { replayOnLambda } from "./replay-on-lambda.ts";

function list(...jobs: [arrival: number, service: number][]): JobList {
  return {
    arrivalSeconds: Float64Array.from(jobs, ([arrival]) => arrival),
    serviceSeconds: Float64Array.from(jobs, ([, service]) => service),
  };
}

const times = (count: number, arrival: number, service: number) =>
  Array.from({ length: count }, (): [number, number] => [arrival, service]);

describe("a job list on Lambda", () => {
  it("waits for a cold start, and not in an environment that another job left within five minutes", () => {
    const run = replayOnLambda(list([0, 10], [20, 10], [400, 10]));

    expect([...run.waitSeconds]).toEqual([0.5, 0, 0.5]);
    expect(run.coldStarts).toBe(2);
    expect(run.billedSeconds).toBe(31);
  });

  it("gives each of the first five jobs an invocation of its own, and one more each 0.2 s", () => {
    const run = replayOnLambda(list(...times(8, 0, 60)));

    expect([...run.waitSeconds]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.7, 0.9, 1.1].map((wait) => expect.closeTo(wait)));
    expect(run.peakConcurrency).toBe(8);
  });

  it("adds 300 invocations in a minute while messages wait", () => {
    const run = replayOnLambda(list(...times(1_000, 0, 890)));

    expect(run.waitSeconds.filter((wait) => wait <= 60.5)).toHaveLength(305);
    expect(run.peakConcurrency).toBe(1_000);
  });

  it("lets jobs wait at the limit until others end", () => {
    const run = replayOnLambda(list(...times(4, 0, 10)), { concurrencyMaximum: 2 });

    expect([...run.waitSeconds]).toEqual([0.5, 0.5, 10.5, 10.5]);
    expect(run.peakConcurrency).toBe(2);
  });

  it("keeps its concurrency while something runs", () => {
    const run = replayOnLambda(list(...times(10, 0, 30), [25, 1], ...times(9, 40, 1)));

    expect([...run.waitSeconds.slice(11)]).toEqual(
      Array(9)
        .fill(0)
        .with(5, expect.closeTo(0.2))
        .with(6, expect.closeTo(0.4))
        .with(7, expect.closeTo(0.6))
        .with(8, expect.closeTo(0.8)),
    );
  });

  it("refuses jobs above 15 minutes, and neither runs nor bills them", () => {
    const run = replayOnLambda(list([0, 900], [1, 900.1], [2, 5]));

    expect(run.refusedJobs).toBe(1);
    expect(run.waitSeconds).toHaveLength(2);
    expect(run.billedSeconds).toBe(906);
  });

  it("has nothing to do without jobs", () => {
    expect(replayOnLambda(list())).toMatchObject({ refusedJobs: 0, coldStarts: 0, billedSeconds: 0 });
  });
});
