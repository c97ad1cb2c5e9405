import { describe, expect, it } from "vitest";
import { measureBacklog, type QueueSample } from "./backlog.ts";

const sample = (changes: Partial<QueueSample>): QueueSample => ({
  visibleJobs: 0,
  jobsInFlight: 0,
  runningTasks: 1,
  desiredTasks: 1,
  ...changes,
});

describe("backlog per task", () => {
  it("matches AWS's example: 1,500 messages and 10 instances make 150 [as-using-sqs-queue]", () => {
    expect(measureBacklog(sample({ visibleJobs: 1_500, runningTasks: 10, desiredTasks: 10 })).backlogPerTask).toBe(150);
  });

  it("keeps fractions", () => {
    expect(measureBacklog(sample({ visibleJobs: 1, runningTasks: 10 })).backlogPerTask).toBe(0.1);
  });

  it("is the number of visible jobs while no task runs", () => {
    const backlog = measureBacklog(sample({ visibleJobs: 7, runningTasks: 0, desiredTasks: 2 }));

    expect(backlog).toEqual({ backlogPerTask: 7, strandedJobs: 0 });
  });

  it("counts a single job as stranded when no task runs and none is desired [copilot-cli#3376]", () => {
    const backlog = measureBacklog(sample({ visibleJobs: 1, runningTasks: 0, desiredTasks: 0 }));

    expect(backlog).toEqual({ backlogPerTask: 1, strandedJobs: 1 });
  });

  it("counts none while the last task still runs or the first is starting", () => {
    expect(measureBacklog(sample({ visibleJobs: 3, runningTasks: 1, desiredTasks: 0 })).strandedJobs).toBe(0);
    expect(measureBacklog(sample({ visibleJobs: 3, runningTasks: 0, desiredTasks: 1 })).strandedJobs).toBe(0);
  });
});
