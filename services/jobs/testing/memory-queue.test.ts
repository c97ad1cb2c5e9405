import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../runtime/clock.ts";
import { MemoryQueue } from "./memory-queue.ts";
import { orderedQueueContract } from "./ordered-queue-contract.ts";
import { contractMaxReceiveCount, contractVisibilitySeconds, queueContract } from "./queue-contract.ts";

const clock = new ManualClock();
const open = () =>
  new MemoryQueue({
    clock,
    visibilityMilliseconds: contractVisibilitySeconds * 1000,
    maxReceiveCount: contractMaxReceiveCount,
  });

describe("the FIFO queue in memory", () => {
  orderedQueueContract(async () => {
    const visibilityMilliseconds = contractVisibilitySeconds * 1000;
    const maxReceiveCount = Number.POSITIVE_INFINITY;
    const queue = new MemoryQueue({ clock, visibilityMilliseconds, maxReceiveCount, isFifo: true });
    return { queue, pass: (milliseconds) => clock.advance(milliseconds) };
  });
});

describe("the queue in memory", () => {
  queueContract(async () => {
    const queue = open();
    return {
      queue,
      pass: (milliseconds) => clock.advance(milliseconds),
      receiveNow: () => queue.receiveNow(1),
      count: async () => queue.counts(),
      sendBody: async (body) => queue.sendBody(body),
      deadLetters: async () => queue.deadLetters,
    };
  });

  it("ends an empty long poll after 20 s", async () => {
    const waiting = open().receive(1, new AbortController().signal);

    await clock.advance(20_000);

    expect(await waiting).toEqual([]);
  });

  it("ends a long poll as soon as a message becomes visible", async () => {
    const queue = open();
    await queue.send({ owner: "alice", jobId: "job-1" }, 5_000);
    const waiting = queue.receive(1, new AbortController().signal);

    await clock.advance(5_000);

    expect(await waiting).toHaveLength(1);
  });
});
