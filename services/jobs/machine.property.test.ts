import fc from "fast-check";
import { expect, it } from "vitest";
import { isFinished } from "../../contract/job.ts";
import { changeJob } from "./change-job.ts";
import { handBack, succeed } from "./machine.ts";
import { commands, type Reference } from "./testing/machine/commands.ts";
import { times } from "./testing/machine/reference-job.ts";
import { World } from "./testing/machine/world.ts";

it("does with every job what its reference says, and in the end every job is finished and no message left", async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands([commands], { maxCommands: 80, size: "max" }), async (happenings) => {
      const reference: Reference = new Map();
      const world = new World();

      await fc.asyncModelRun(() => ({ model: reference, real: world }), happenings);
      await settle(world);

      expect(world.records.jobs().filter(({ state }) => !isFinished(state))).toEqual([]);
      expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    }),
    { numRuns: 1_000 },
  );
});

it("loses neither an attempt nor the message by any number of hand-backs", async () => {
  const world = new World();
  await world.submit("job-1", { losesMessage: false });

  for (let round = 0; round < 50; round++) await work(world, (job, token) => handBack(job, token, world.clock.now()));
  await work(world, (job, token) => succeed(job, token, { json: "1" }, world.clock.now()));

  expect(world.records.jobs()).toMatchObject([{ state: "succeeded", attempts: 1, fence: 51 }]);
  expect(world.queue.deadLetters).toEqual([]);
});

/** All workers die; a new one does what the queue and the sweeper bring, until a message more would have shown up. */
async function settle(world: World): Promise<void> {
  world.holdings.fill([]);
  for (let round = 0; round < 8; round++) {
    await world.clock.advance(times.sweepAfter);
    await world.sweep({ crashes: false });
    while (world.queue.counts().visible > 0) {
      await work(world, (job, token) => succeed(job, token, { json: "1" }, world.clock.now()));
    }
  }
}

/** One worker takes one message and, when it gets the job, does this with it. */
async function work(world: World, transition: (...held: Parameters<typeof handBack>) => ReturnType<typeof handBack>) {
  const holdings: World["holdings"][number] = [];
  world.holdings[0] = holdings;
  await world.take(0, { crashes: false });
  for (const { key, token, received } of holdings) {
    const result = await changeJob(world.store, key, (job) => transition(job, token, world.clock.now()));
    if (result) await world.perform(result.disposition, received);
  }
}
