import { beforeEach, describe, expect, it } from "vitest";
import { PollWorld } from "./testing/poll-world.ts";

let world: PollWorld;
beforeEach(() => {
  world = new PollWorld();
});

describe("a pausing worker", () => {
  it("finishes its jobs, takes no others, and continues after the pause", async () => {
    await world.send("a", "b");
    await world.poll(1);
    world.hasRest = true;
    await world.finish("a");
    await world.clock.advance(10_000);
    const whileResting = [...world.atWork.keys()];
    world.hasRest = false;
    await world.clock.advance(1_000);
    const afterwards = [...world.atWork.keys()];
    await world.finish("b");
    world.stop.abort();
    await world.clock.advance(0);
    await world.polling;

    expect(whileResting).toEqual([]);
    expect(afterwards).toEqual(["b"]);
  });

  it("stops at once on a drain", async () => {
    world.hasRest = true;
    await world.poll(1);

    world.stop.abort();
    await world.clock.advance(0);

    await expect(world.polling).resolves.toBeUndefined();
  });
});

describe("a polling worker", () => {
  it("receives at most as many messages as it has free slots, and none without a free slot", async () => {
    await world.send("a", "b", "c");

    await world.poll(2);
    await world.clock.advance(25_000);

    expect([...world.atWork.keys()]).toEqual(["a", "b"]);
    expect(world.asked).toEqual([2]);
    expect(world.queue.counts()).toMatchObject({ visible: 1, inFlight: 2 });
    await world.end();
  });

  it("receives another message as soon as a slot is free", async () => {
    await world.send("a", "b", "c");
    await world.poll(2);
    await world.clock.advance(500);

    await world.finish("a");

    expect([...world.atWork.keys()]).toEqual(["b", "c"]);
    expect(world.asked).toEqual([2, 1]);
    await world.end();
  });

  it("receives at most ten at a time, and the rest immediately after", async () => {
    await world.send(..."abcdefghijklmno");

    await world.poll(12);

    expect(world.asked).toEqual([10, 2]);
    expect(world.atWork.size).toBe(12);
    await world.end();
  });

  it("waits for messages in a long poll", async () => {
    await world.poll(2);
    await world.clock.advance(50_000);

    await world.send("late");
    await world.clock.advance(0);

    expect([...world.atWork.keys()]).toEqual(["late"]);
    await world.end();
  });
});

describe("an unavailable queue", () => {
  it("is polled again with a backoff of at most half a minute, and no message is lost", async () => {
    const failures: number[] = [];
    world.effects.outage("queue.receive");
    await world.poll(1, {
      receiveNow: (most) => world.queue.receiveNow(most),
      defer: (...args) => world.queue.defer(...args),
      receive(most, signal) {
        failures.push(world.clock.now());
        return world.effects.of("queue", world.queue).receive(most, signal);
      },
    });

    await world.clock.advance(120_000);
    world.effects.endOutage();
    await world.send("a");
    await world.clock.advance(30_000);

    const waits = failures.map((time, index) => time - (failures[index - 1] ?? time)).slice(1);
    // The lower half of each, for the jitter is all low here.
    expect(waits.slice(0, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    expect([...world.atWork.keys()]).toEqual(["a"]);
    await world.end();
  });

  it("does not delay a drain", async () => {
    world.effects.outage("queue.receive");
    await world.poll(1);

    world.stop.abort();

    await world.polling;
  });
});

describe("a draining worker", () => {
  it("ends its long poll at once", async () => {
    await world.poll(1);

    world.stop.abort();

    await world.polling;
  });

  it("defers messages that arrive at that moment", async () => {
    await world.send("a");
    const [received] = await world.queue.receiveNow(1);
    await world.poll(1, {
      receive: (_most, signal) =>
        new Promise((resolve) => signal.addEventListener("abort", () => resolve(received ? [received] : []))),
      receiveNow: async () => [],
      defer: (...args) => world.queue.defer(...args),
    });

    world.stop.abort();
    await world.polling;

    expect(world.atWork.size).toBe(0);
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });

  it("ends after its running jobs", async () => {
    await world.send("a", "b");
    await world.poll(1);
    let hasEnded = false;
    void world.polling.then(() => {
      hasEnded = true;
    });

    world.stop.abort();
    await world.clock.advance(10_000);
    const endedEarly = hasEnded;
    await world.finish("a");
    await world.polling;

    expect(endedEarly).toBe(false);
    expect(world.atWork.size).toBe(0);
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });
});
