import { describe, expect, it } from "vitest";
import { ManualClock } from "../runtime/clock.ts";
import { silentLog } from "../runtime/log.ts";
import { type TickDeps, tick } from "./tick.ts";

function tickWith(changes: Partial<TickDeps["senses"]> = {}, publish: TickDeps["publish"] = async () => {}) {
  const published: unknown[] = [];
  const deps: TickDeps = {
    senses: {
      countJobs: async () => ({ visible: 12, inFlight: 3, delayed: 1 }),
      countTasks: async () => ({ running: 2, desired: 4 }),
      ...changes,
    },
    publish: async (sample, decision, now) => {
      await publish(sample, decision, now);
      published.push({ sample, decision, now });
    },
    clock: new ManualClock(5_000),
    log: silentLog,
  };
  return { published, result: tick(deps) };
}

describe("a tick", () => {
  it("publishes what it decided together with what it saw", async () => {
    const { published, result } = tickWith();

    expect(await result).toMatchObject({ published: true });
    expect(published).toEqual([
      {
        sample: { visibleJobs: 12, jobsInFlight: 3, runningTasks: 2, desiredTasks: 4 },
        decision: { backlogPerTask: 6, strandedJobs: 0 },
        now: 5_000,
      },
    ]);
  });

  it.each([
    ["queue", { countJobs: () => Promise.reject(new Error("throttled")) }],
    ["service", { countTasks: () => Promise.reject(new Error("throttled")) }],
  ])("publishes nothing when the %s cannot be seen, and says why", async (what, blind) => {
    const { published, result } = tickWith(blind);

    expect(await result).toEqual({ published: false, reason: `the ${what} could not be seen: throttled` });
    expect(published).toEqual([]);
  });

  it("says so when the metrics cannot be published", async () => {
    const { result } = tickWith({}, () => Promise.reject(new Error("no such endpoint")));

    expect(await result).toEqual({ published: false, reason: "no such endpoint" });
  });
});
