import { describe, expect, it } from "vitest";
import { decide, type Sample } from "./decide.ts";

const sample = (changes: Partial<Sample>): Sample => ({
  visibleJobs: 0,
  jobsInFlight: 0,
  runningTasks: 1,
  desiredTasks: 1,
  ...changes,
});

describe("the textbook decision", () => {
  it("is AWS's own example: 1,500 messages and 10 instances make 150 [as-using-sqs-queue]", () => {
    expect(decide(sample({ visibleJobs: 1_500, runningTasks: 10, desiredTasks: 10 })).backlogPerTask).toBe(150);
  });

  it("keeps fractions, which rounding up would hide", () => {
    expect(decide(sample({ visibleJobs: 1, runningTasks: 10 })).backlogPerTask).toBe(0.1);
  });

  it("is the backlog itself while no task runs, so that there is data", () => {
    const decision = decide(sample({ visibleJobs: 7, runningTasks: 0, desiredTasks: 2 }));

    expect(decision).toMatchObject({ backlogPerTask: 7, strandedJobs: 0 });
  });

  it("finds a single job stranded when no task runs and none is wanted [copilot-cli#3376]", () => {
    const decision = decide(sample({ visibleJobs: 1, runningTasks: 0, desiredTasks: 0 }));

    expect(decision).toEqual({ backlogPerTask: 1, strandedJobs: 1, reason: "1 jobs wait and no task is wanted" });
  });

  it("finds none stranded while the last task still runs or the first is on its way", () => {
    expect(decide(sample({ visibleJobs: 3, runningTasks: 1, desiredTasks: 0 })).strandedJobs).toBe(0);
    expect(decide(sample({ visibleJobs: 3, runningTasks: 0, desiredTasks: 1 })).strandedJobs).toBe(0);
  });
});
