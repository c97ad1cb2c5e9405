import { beforeEach, describe, expect, it } from "vitest";
import { PollWorld } from "./testing/poll-world.ts";

let world: PollWorld;
beforeEach(() => {
  world = new PollWorld();
});

describe("a worker with short jobs", () => {
  const many = Array.from({ length: 40 }, (_, index) => `job-${index}`);

  /** Works for a while with jobs of 10 ms, until more messages are received than started. */
  async function workBriskly(): Promise<void> {
    await world.send(...many);
    await world.poll(2);
    for (let round = 0; round < 4; round++) {
      await world.clock.advance(10);
      await world.finishAll();
    }
  }

  function held(): number {
    return world.queue.counts().inFlight - world.atWork.size - ended;
  }

  let ended: number;
  beforeEach(() => {
    ended = 8;
  });

  it("receives messages before a slot is free, and starts them without a receive", async () => {
    await workBriskly();
    const heldBefore = held();
    world.effects.outage("queue.receive", "queue.receiveNow");

    await world.clock.advance(10);
    const [jobId = ""] = world.atWork.keys();
    await world.finish(jobId);

    expect(heldBefore).toBeGreaterThan(0);
    expect(heldBefore).toBeLessThanOrEqual(10);
    expect(world.atWork.size).toBe(2);
    world.effects.endOutage();
    await world.end();
  });

  it("returns a message that has waited for a second, because the slots have longer jobs now", async () => {
    await workBriskly();
    const heldBefore = held();

    await world.clock.advance(1_000);
    const heldAfter = held();
    await world.clock.advance(20_000);

    expect(heldBefore).toBeGreaterThan(0);
    expect(heldAfter).toBe(0);
    expect(held()).toBe(0);
    await world.end();
  });

  it("returns waiting messages at once on a drain", async () => {
    await workBriskly();
    const heldBefore = held();

    world.stop.abort();
    await world.clock.advance(0);

    expect(heldBefore).toBeGreaterThan(0);
    expect(held()).toBe(0);
    await world.end();
    expect(world.atWork.size).toBe(0);
  });

  it("returns waiting messages when it must rest", async () => {
    await workBriskly();
    const heldBefore = held();
    world.hasRest = true;

    const [jobId = ""] = world.atWork.keys();
    await world.finish(jobId);
    ended += 1;

    expect(heldBefore).toBeGreaterThan(0);
    expect(held()).toBe(0);
    expect(world.atWork.size).toBe(1);
    await world.end();
  });

  it("asks for no more than it can start after a receive that brought few messages", async () => {
    await world.send("a", "b", "c");
    await world.poll(2);
    await world.clock.advance(10);

    await world.finish("a");
    await world.finish("b");
    await world.clock.advance(10);
    await world.finish("c");

    // Two were free; then one, and one early; the queue was empty then.
    expect(world.asked.slice(0, 2)).toEqual([2, 2]);
    expect(world.asked.at(-1)).toBe(1);
    expect(world.askedEarly).toEqual([]);
    await world.end();
  });
});

describe("a worker with long jobs", () => {
  it("receives none before a slot is free, however long the queue is", async () => {
    await world.send(..."abcdefghijklmnop");
    await world.poll(2);

    for (let round = 0; round < 6; round++) {
      await world.clock.advance(500);
      await world.finish([...world.atWork.keys()][0] ?? "");
    }

    expect(world.askedEarly).toEqual([]);
    expect(world.queue.counts()).toMatchObject({ visible: 8, inFlight: 8 });
    await world.end();
  });
});
