import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import type { Sample } from "./sample.ts";
import { sampleOf, scalingSettings } from "./testing/samples.ts";

describe("jobs of a type with a limit", () => {
  const limited = (visibleJobs: number, limit = 20) => [{ visibleJobs, jobsInFlight: 0, limit }];

  it("get at most as many tasks as the limit fills, however many wait", () => {
    const decided = [20, 1_000, 1_000_000].map((visibleJobs) =>
      neededFor(sampleOf({ perSecond: 0, visibleJobs, limited: limited(visibleJobs) })),
    );

    // 20 jobs of 10 s, two slots a task: they have 60 s, of which 30 s are lead time.
    expect(decided).toEqual([2, 10, 10]);
  });

  it("keep their tasks while they run, and ask for no more", () => {
    const running = { visibleJobs: 5_000, jobsInFlight: 20, limit: 20 };
    const sample = sampleOf({ visibleJobs: 5_000, jobsInFlight: 20, tasks: 10, limited: [running] });

    expect(decide(undefined, sample, scalingSettings(), 0).decision.tasks).toBe(10);
  });

  it("come on top of the other jobs, whose deadlines they do not move", () => {
    const others = sampleOf({ visibleJobs: 120, tasks: 10, arrivals: { perSecond: 1, counts: [120] } });
    const both = { ...others, visibleJobs: 120 + 100_000, limited: limited(100_000), runningTasks: 20 };

    expect(neededFor(both)).toBe(neededFor(others) + 10);
  });

  it("do not count as late, because more tasks would not help them", () => {
    const sample = sampleOf({ visibleJobs: 10_000, limited: limited(10_000, 1) });

    const { decision, state } = decide(undefined, sample, scalingSettings(), 0);

    expect(state.lateShare).toBe(decide(undefined, sampleOf(), scalingSettings(), 0).state.lateShare);
    expect(decision).toMatchObject({ neededTasks: 1, expectedWaitSeconds: 0 });
  });

  it("start without arrival and worker data too, one slot each", () => {
    const sample = sampleOf({ visibleJobs: 500, tasks: 50, limited: limited(500) });

    const { decision } = decide(
      undefined,
      { ...sample, arrivals: undefined, workers: undefined },
      scalingSettings(),
      0,
    );

    expect(decision.usefulTasks).toBe(10);
  });
});

function neededFor(sample: Sample): number {
  return decide(undefined, sample, scalingSettings(), 0).decision.neededTasks;
}
