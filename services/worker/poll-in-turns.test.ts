import { beforeEach, describe, expect, it } from "vitest";
import type { MemoryQueue } from "../jobs/testing/memory-queue.ts";
import { PollWorld, type Port } from "./testing/poll-world.ts";

let world: PollWorld;
beforeEach(() => {
  world = new PollWorld();
});

describe("a worker with two queues", () => {
  let words: MemoryQueue;
  let calls: { queue: string; most: number; waits: boolean }[];
  beforeEach(() => {
    calls = [];
    words = world.createQueue("memory:words");
  });

  function noted(queue: string, port: MemoryQueue): Port {
    return {
      url: port.url,
      receive(most, signal) {
        calls.push({ queue, most, waits: true });
        return port.receive(most, signal);
      },
      receiveNow(most) {
        calls.push({ queue, most, waits: false });
        return port.receiveNow(most);
      },
      defer: (received, milliseconds) => port.defer(received, milliseconds),
    };
  }

  async function sendWords(...jobIds: string[]): Promise<void> {
    for (const jobId of jobIds) await words.send({ owner: "alice", jobId }, 0);
  }

  const pollBoth = (slots: number) => world.poll(slots, noted("jobs", world.queue), noted("words", words));

  it("takes turns while both have messages, and receives none that has no slot", async () => {
    await world.send("a1", "a2", "a3", "a4", "a5");
    await sendWords("w1", "w2", "w3", "w4", "w5");
    await pollBoth(1);
    const order: string[] = [];

    for (let round = 0; round < 6; round++) {
      await world.clock.advance(2_000);
      const [jobId = ""] = world.atWork.keys();
      order.push(jobId.slice(0, 1));
      await world.finish(jobId);
    }

    expect(order.join("")).toMatch(/^(aw)+$|^(wa)+$/);
    expect(world.queue.counts().inFlight + words.counts().inFlight - 6).toBe(1);
    expect(calls.every(({ waits }) => !waits)).toBe(true);
    await world.end();
  });

  it("waits for both at the same time when both are empty", async () => {
    await pollBoth(2);
    await world.clock.advance(50_000);
    const before = calls.length;

    await sendWords("w1");
    await world.send("a1");
    await world.clock.advance(0);

    expect([...world.atWork.keys()].sort()).toEqual(["a1", "w1"]);
    // A look at each, then three long polls of each.
    expect(before).toBe(8);
    await world.end();
  });

  it("returns a message to its own queue when the other queue's message has the slot", async () => {
    await pollBoth(1);
    await world.clock.advance(1_000);

    await sendWords("w1");
    await world.send("a1");
    await world.clock.advance(2_000);

    expect([...world.atWork.keys()]).toEqual(["w1"]);
    expect(world.queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    await world.end();
  });

  it("finds a message of one queue while short jobs of the other take all slots", async () => {
    await world.send(...Array.from({ length: 300 }, (_, index) => `a${index}`));
    await pollBoth(2);
    const started = new Set<string>();

    for (let round = 0; round < 60; round++) {
      if (round === 20) await sendWords("w1");
      await world.clock.advance(10);
      for (const jobId of [...world.atWork.keys()]) {
        started.add(jobId);
        await world.finish(jobId);
      }
    }

    expect(started).toContain("w1");
    await world.end();
  });

  it("holds at most one message of a queue that serves free slots only, behind short jobs of the other", async () => {
    await world.send(...Array.from({ length: 300 }, (_, index) => `a${index}`));
    await sendWords(...Array.from({ length: 50 }, (_, index) => `w${index}`));
    await world.poll(2, noted("jobs", world.queue), { ...noted("words", words), onlyForFreeSlots: true });
    const held: number[] = [];
    let endedWords = 0;

    for (let round = 0; round < 60; round++) {
      await world.clock.advance(10);
      endedWords += [...world.atWork.keys()].filter((jobId) => jobId.startsWith("w")).length;
      await world.finishAll();
      const runningWords = [...world.atWork.keys()].filter((jobId) => jobId.startsWith("w")).length;
      held.push(words.counts().inFlight - endedWords - runningWords);
    }

    expect(Math.max(...held)).toBe(1);
    expect(endedWords).toBeGreaterThan(2);
    await world.end();
  });
});
