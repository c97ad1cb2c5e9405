import { describe, expect, it } from "vitest";
import { measureBacklog, type QueueSample } from "./backlog.ts";

const sample = (changes: Partial<QueueSample>): QueueSample => ({
  visibleJobs: 0,
  jobsInFlight: 0,
  runningTasks: 1,
  desiredTasks: 1,
  ...changes,
});

describe("the textbook rule", () => {
  it("is AWS's own example: 1,500 messages and 10 instances make 150 [as-using-sqs-queue]", () => {
    expect(measureBacklog(sample({ visibleJobs: 1_500, runningTasks: 10, desiredTasks: 10 })).backlogPerTask).toBe(150);
  });

  it("keeps fractions, which rounding up would hide", () => {
    expect(measureBacklog(sample({ visibleJobs: 1, runningTasks: 10 })).backlogPerTask).toBe(0.1);
  });

  it("is the backlog itself while no task runs, so that there is data", () => {
    const backlog = measureBacklog(sample({ visibleJobs: 7, runningTasks: 0, desiredTasks: 2 }));

    expect(backlog).toEqual({ backlogPerTask: 7, strandedJobs: 0 });
  });

  it("finds a single job stranded when no task runs and none is wanted [copilot-cli#3376]", () => {
    const backlog = measureBacklog(sample({ visibleJobs: 1, runningTasks: 0, desiredTasks: 0 }));

    expect(backlog).toEqual({ backlogPerTask: 1, strandedJobs: 1 });
  });

  it("finds none stranded while the last task still runs or the first is on its way", () => {
    expect(measureBacklog(sample({ visibleJobs: 3, runningTasks: 1, desiredTasks: 0 })).strandedJobs).toBe(0);
    expect(measureBacklog(sample({ visibleJobs: 3, runningTasks: 0, desiredTasks: 1 })).strandedJobs).toBe(0);
  });
});
