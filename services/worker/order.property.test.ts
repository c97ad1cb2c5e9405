import fc from "fast-check";
import { expect, it } from "vitest";
import { type Death, OrderedWorld } from "./testing/ordered-world.ts";

type Step = (world: OrderedWorld) => unknown;

const groups = ["a", "b"];
const jobIds = fc.nat(11).map((number) => `job-${number}`);
const deaths = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Death>("never") },
  { weight: 1, arbitrary: fc.constantFrom<Death>("after its position", "after its record") },
);
/** Each job has one group, so that repeating a submission is the same request. */
const groupOf = (jobId: string) => groups[Number(jobId.slice(4)) % 3 === 0 ? 1 : 0] ?? "a";

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(jobIds, deaths)
      .map(([jobId, death]) =>
        named(`submit ${jobId}, its process dies ${death}`, (world) => world.submit(jobId, groupOf(jobId), death)),
      ),
  },
  {
    weight: 10,
    arbitrary: fc
      .constantFrom(100, 1_000, 5_000, 31_000, 70_000)
      .map((milliseconds) => named(`wait ${milliseconds} ms`, (world) => world.clock.advance(milliseconds))),
  },
  { weight: 2, arbitrary: fc.nat(2).map((index) => named(`kill worker ${index}`, (world) => world.killWorker(index))) },
  {
    weight: 2,
    arbitrary: fc.nat(2).map((index) => named(`drain worker ${index}`, (world) => world.drainWorker(index))),
  },
  { weight: 2, arbitrary: jobIds.map((jobId) => named(`cancel ${jobId}`, (world) => world.cancel(jobId))) },
  { weight: 2, arbitrary: jobIds.map((jobId) => named(`retry ${jobId}`, (world) => world.retry(jobId))) },
  { weight: 2, arbitrary: fc.constant(named("sweep", (world) => world.sweep())) },
  {
    weight: 2,
    arbitrary: fc.boolean().map((isAway) =>
      named(`the events topic ${isAway ? "goes" : "returns"}`, (world) => {
        world.isTopicAway = isAway;
      }),
    ),
  },
  { weight: 1, arbitrary: fc.constant(named("lose all messages", (world) => world.queue.clear())) },
  {
    weight: 2,
    arbitrary: jobIds.map((jobId) => named(`send a second message of ${jobId}`, (world) => duplicate(world, jobId))),
  },
);

const behaviors = ["succeed", "take a while", "fail", "fail for good", "interrupted", "hang"] as const;

it("does the jobs of each group in the order of acceptance, one at a time, whatever happens, and loses none", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { maxLength: 60, size: "max" }),
      fc.array(fc.constantFrom(...behaviors), { maxLength: 30, size: "max" }),
      async (story, runs) => {
        const behavior = runs.values();
        const world = new OrderedWorld(3, (run, clock) => {
          const kind = behavior.next().value ?? "succeed";
          if (kind === "succeed") clock.after(50, () => run.succeed());
          if (kind === "take a while") clock.after(70_000, () => run.succeed());
          if (kind === "fail") clock.after(50, () => run.fail("flaky"));
          if (kind === "fail for good") clock.after(50, () => run.fail("bad-input", { isFinal: true }));
          if (kind === "interrupted") clock.after(50, () => run.interrupt());
        });

        for (const step of story) await step(world);
        world.isTopicAway = false;
        for (let minute = 0; minute < 60 && world.unfinished().length > 0; minute++) {
          await world.clock.advance(60_000);
          await world.sweep();
        }
        await world.clock.advance(600_000);
        await world.sweep();

        expect(world.violations).toEqual([]);
        expect(world.unfinished()).toEqual([]);
        for (const group of groups) expect(endEvents(world, group)).toEqual(ends(world, group));
        expect(await world.store.listStale("unpublished", world.clock.now(), 10)).toEqual([]);
        expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
        await world.close();
      },
    ),
    { numRuns: Number(process.env.ORDER_RUNS ?? 200) },
  );
}, 120_000);

/** Jobs whose events have an order: those of a job from before a retry by hand may come with its next ones. */
const isSingle =
  ({ retried }: OrderedWorld, group: string) =>
  (jobId: string) =>
    groupOf(jobId) === group && !retried.has(jobId);

function ends(world: OrderedWorld, group: string): string[] {
  return world.ends.filter(({ jobId }) => isSingle(world, group)(jobId)).map(({ jobId, at }) => `${jobId} at ${at}`);
}

/** A job that is cancelled before it starts has an event of its own time. */
function endEvents(world: OrderedWorld, group: string): string[] {
  const started = new Set(ends(world, group));
  return world.events.map(({ jobId, finishedAt }) => `${jobId} at ${finishedAt}`).filter((end) => started.has(end));
}

async function duplicate(world: OrderedWorld, jobId: string): Promise<void> {
  const job = await world.store.load({ owner: "alice", jobId });
  if (job) await world.queue.send(job, 0);
}

/** fast-check prints a failing story by its names. */
function named(name: string, step: Step): Step {
  return Object.assign(step, { toString: () => name, [fc.toStringMethod]: () => name });
}
