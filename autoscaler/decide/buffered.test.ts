import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BufferedPolicy, decideBuffered, emptyBufferedMemory, type FlowSample } from "./buffered.ts";

const policy: BufferedPolicy = {
  waitTargetSeconds: 60,
  slots: 2,
  taskStartSeconds: 20,
  tickSeconds: 10,
  minTasks: 1,
  maxTasks: 200,
  waitShare: 0.25,
};

const sample = (changes: Partial<FlowSample>): FlowSample => ({
  visibleJobs: 0,
  jobsInFlight: 0,
  runningTasks: 1,
  desiredTasks: 1,
  arrivalsPerSecond: 0,
  meanServiceSeconds: 10,
  ...changes,
});

const tasksFor = (changes: Partial<FlowSample>, policyChanges: Partial<BufferedPolicy> = {}) =>
  decideBuffered({ ...policy, ...policyChanges }, sample(changes), emptyBufferedMemory, 0).tasks;

describe("the buffered decision", () => {
  it("has slots for the flow alone once the queue waits a quarter of the target: 4 jobs/s of 10 s are 40 slots", () => {
    const equilibrium = { arrivalsPerSecond: 4, visibleJobs: 4 * 15, runningTasks: 20 };

    expect(tasksFor(equilibrium)).toBe(20);
  });

  it("has fewer while the queue is shorter, so that it may fill", () => {
    expect(tasksFor({ arrivalsPerSecond: 4, visibleJobs: 0, runningTasks: 20 })).toBe(14);
  });

  it("gets through a sudden backlog within what is left of the target: 10,000 s of work in 25 s", () => {
    expect(tasksFor({ visibleJobs: 1_000, runningTasks: 0 })).toBe(200);
    expect(tasksFor({ visibleJobs: 100, runningTasks: 0 })).toBe(20);
  });

  it("takes off a backlog what the running slots get through before new ones can help", () => {
    const without = tasksFor({ visibleJobs: 300, runningTasks: 0 });

    expect(tasksFor({ visibleJobs: 300, runningTasks: 20 })).toBeLessThan(without);
  });

  it("has a slot for each long job that waits, and lets those in flight make room for some", () => {
    expect(tasksFor({ meanServiceSeconds: 150, jobsInFlight: 100, visibleJobs: 10 })).toBe(50);
  });

  it("lets nothing wait where the target leaves no time for an order, and keeps spare slots instead", () => {
    const tight = { waitTargetSeconds: 40 };

    // 30 s of horizon and no buffer: 40 slots for 4 jobs/s of 10 s, and the root of 40 beside them.
    expect(tasksFor({ arrivalsPerSecond: 4 }, tight)).toBe(24);
  });

  it("goes out at once, and in only to the most that was needed within a minute", () => {
    const busy = decideBuffered(policy, sample({ visibleJobs: 100, runningTasks: 0 }), emptyBufferedMemory, 0);

    const soon = decideBuffered(policy, sample({}), busy.memory, 59_000);
    const later = decideBuffered(policy, sample({}), soon.memory, 60_000);

    expect([busy.tasks, soon.tasks, later.tasks]).toEqual([20, 20, 1]);
    expect(soon.needed).toBe(1);
  });

  it("is the maximum of all needs of the last minute, whatever they were", () => {
    const anyNeeds = fc.array(fc.record({ waiting: fc.nat(500), after: fc.integer({ min: 1, max: 40 }) }));
    fc.assert(
      fc.property(anyNeeds, (steps) => {
        const needs: { at: number; needed: number }[] = [];
        let memory = emptyBufferedMemory;
        let now = 0;
        for (const { waiting, after } of steps) {
          now += after * 1_000;
          const decided = decideBuffered(policy, sample({ visibleJobs: waiting }), memory, now);
          memory = decided.memory;
          needs.push({ at: now, needed: decided.needed });
          const recent = needs.filter(({ at }) => at > now - 60_000).map(({ needed }) => needed);

          expect(decided.tasks).toBe(Math.max(...recent));
        }
      }),
    );
  });

  it("keeps within the least and the most, and gives the same for the same", () => {
    const anySample = fc.record({
      visibleJobs: fc.nat(1e6),
      jobsInFlight: fc.nat(1e4),
      runningTasks: fc.nat(300),
      desiredTasks: fc.nat(300),
      arrivalsPerSecond: fc.double({ min: 0, max: 1e4, noNaN: true }),
      meanServiceSeconds: fc.double({ min: 0, max: 1e5, noNaN: true }),
    });
    fc.assert(
      fc.property(anySample, fc.integer({ min: 1, max: 400 }), (seen, waitTargetSeconds) => {
        const decided = decideBuffered({ ...policy, waitTargetSeconds }, seen, emptyBufferedMemory, 0);

        expect(decided.tasks).toBeGreaterThanOrEqual(policy.minTasks);
        expect(decided.tasks).toBeLessThanOrEqual(policy.maxTasks);
        expect(Number.isInteger(decided.tasks)).toBe(true);
        expect(decideBuffered({ ...policy, waitTargetSeconds }, seen, emptyBufferedMemory, 0)).toEqual(decided);
      }),
    );
  });

  it("says why", () => {
    const { reason } = decideBuffered(policy, sample({ visibleJobs: 3, jobsInFlight: 2 }), emptyBufferedMemory, 0);

    expect(reason).toBe("3 jobs wait and 2 run: 1 tasks needed, 1 kept");
  });
});
