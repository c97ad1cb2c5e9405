import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFinished } from "../../contract/job.ts";
import { startWorker } from "./start-worker.ts";
import type { Fault } from "./testing/effects.ts";
import type { FakeRun } from "./testing/fake-runners.ts";
import { createWorld, jobTimeout, lease, type World } from "./testing/worker-world.ts";

const behaviors = ["succeed", "fail", "fail for good", "hang", "take a while"] as const;
type Behavior = (typeof behaviors)[number];

/** The handlers' behavior run by run, and the faults of effects by number. */
const story = fc.record({
  runs: fc.array(fc.constantFrom(...behaviors), { maxLength: 4 }),
  faults: fc.dictionary(
    fc.integer({ min: 0, max: 25 }).map(String),
    fc.constantFrom<Fault>("before", "after", "timeout"),
    { maxKeys: 3 },
  ),
});

describe("with any faults of handlers, store, bucket and queue", () => {
  it("no message is deleted before its job's record is written, and each job ends exactly once", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ runs, faults }) => {
        const world = createWorld();
        const behavior = runs.values();
        const wrong: string[] = [];
        let finishes = 0;
        let effects = 0;
        world.runners.behave((run) => behave(world, run, behavior.next().value ?? "succeed"));
        // No faults in receive and extend: they have tests of their own.
        world.effects.inject((effect) => (/receive|extend/.test(effect) ? undefined : faults[effects++]));
        world.effects.watch((effect) => {
          const { state } = world.job();
          if (/delete|deadLetter/.test(effect) && !isFinished(state)) wrong.push(`${effect} while ${state}`);
        });
        const replace = world.store.replace;
        world.store.replace = async (job, before) => {
          const isReplaced = await replace(job, before);
          if (isReplaced && isFinished(job.state)) finishes += 1;
          return isReplaced;
        };
        await world.submit();

        const worker = startWorker({
          ...world.deps,
          runners: world.runners,
          slots: 2,
          stopTimeoutMilliseconds: 30_000,
          deleteWindowMilliseconds: 20,
        });
        await world.clock.advance(20 * (jobTimeout + lease));

        expect(wrong).toEqual([]);
        expect(isFinished(world.job().state)).toBe(true);
        expect(finishes).toBe(1);
        expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
        const drained = worker.drain();
        await world.clock.advance(30_000);
        await drained;
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

function behave({ clock }: World, run: FakeRun, behavior: Behavior): void {
  if (behavior === "succeed") run.succeed();
  if (behavior === "fail") run.fail("flaky");
  if (behavior === "fail for good") run.fail("bad-input", { isFinal: true });
  if (behavior === "take a while") clock.after(2 * lease, () => run.succeed());
}
