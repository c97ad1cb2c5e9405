import { beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../contract/limits.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import type { JobQueue, MessageSource, ReceivedMessage } from "../jobs/ports.ts";
import { MemoryQueue } from "../jobs/testing/memory-queue.ts";
import { pollMessages } from "./poll-messages.ts";
import { Effects } from "./testing/effects.ts";

const visibility = 30_000;

let clock: ManualClock;
let queue: MemoryQueue;
let effects: Effects;
let stop: AbortController;
let polling: Promise<void>;
/** Messages in progress, each with the function that ends it. */
let atWork: Map<string, () => void>;
let asked: number[];
/** Receives without a free slot. */
let askedEarly: number[];
let hasRest: boolean;

beforeEach(() => {
  clock = new ManualClock(1_000_000);
  queue = new MemoryQueue({ clock, visibilityMilliseconds: visibility, maxReceiveCount: limits.maxReceiveCount });
  effects = new Effects(clock);
  stop = new AbortController();
  atWork = new Map();
  asked = [];
  askedEarly = [];
  hasRest = false;
});

type Port = MessageSource & Pick<JobQueue, "defer">;

async function poll(slots: number, port: Port = effects.of("queue", queue), ...others: Port[]): Promise<void> {
  const counted: Port = {
    receive(most, signal) {
      asked.push(most);
      return port.receive(most, signal);
    },
    receiveNow(most) {
      askedEarly.push(most);
      return port.receiveNow(most);
    },
    defer: (received, milliseconds) => port.defer(received, milliseconds),
  };
  const isResting = () => hasRest;
  const portOf = ({ queueUrl }: ReceivedMessage) =>
    others.find((other) => "url" in other && other.url === queueUrl) ?? counted;
  polling = pollMessages(
    {
      queue: { defer: (received, milliseconds) => portOf(received).defer(received, milliseconds) },
      sources: [counted, ...others],
      clock,
      log: silentLog,
      random: () => 0,
      slots,
      leaseMilliseconds: visibility,
      isResting,
      process: work,
    },
    stop.signal,
  );
  await clock.advance(0);
}

function work({ content }: ReceivedMessage): Promise<void> {
  return new Promise((resolve) => {
    const jobId = content?.jobId ?? "";
    atWork.set(jobId, () => {
      atWork.delete(jobId);
      resolve();
    });
  });
}

async function send(...jobIds: string[]): Promise<void> {
  for (const jobId of jobIds) await queue.send({ owner: "alice", jobId }, 0);
}

async function finish(jobId: string): Promise<void> {
  atWork.get(jobId)?.();
  await clock.advance(0);
}

async function end(): Promise<void> {
  stop.abort();
  for (const jobId of [...atWork.keys()]) await finish(jobId);
  await polling;
}

describe("a pausing worker", () => {
  it("finishes its jobs, takes no others, and continues after the pause", async () => {
    await send("a", "b");
    await poll(1);
    hasRest = true;
    await finish("a");
    await clock.advance(10_000);
    const whileResting = [...atWork.keys()];
    hasRest = false;
    await clock.advance(1_000);
    const afterwards = [...atWork.keys()];
    await finish("b");
    stop.abort();
    await clock.advance(0);
    await polling;

    expect(whileResting).toEqual([]);
    expect(afterwards).toEqual(["b"]);
  });

  it("stops at once on a drain", async () => {
    hasRest = true;
    await poll(1);

    stop.abort();
    await clock.advance(0);

    await expect(polling).resolves.toBeUndefined();
  });
});

describe("a polling worker", () => {
  it("receives at most as many messages as it has free slots, and none without a free slot", async () => {
    await send("a", "b", "c");

    await poll(2);
    await clock.advance(25_000);

    expect([...atWork.keys()]).toEqual(["a", "b"]);
    expect(asked).toEqual([2]);
    expect(queue.counts()).toMatchObject({ visible: 1, inFlight: 2 });
    await end();
  });

  it("receives another message as soon as a slot is free", async () => {
    await send("a", "b", "c");
    await poll(2);
    await clock.advance(500);

    await finish("a");

    expect([...atWork.keys()]).toEqual(["b", "c"]);
    expect(asked).toEqual([2, 1]);
    await end();
  });

  it("receives at most ten at a time, and the rest immediately after", async () => {
    await send(..."abcdefghijklmno");

    await poll(12);

    expect(asked).toEqual([10, 2]);
    expect(atWork.size).toBe(12);
    await end();
  });

  it("waits for messages in a long poll", async () => {
    await poll(2);
    await clock.advance(50_000);

    await send("late");
    await clock.advance(0);

    expect([...atWork.keys()]).toEqual(["late"]);
    await end();
  });
});

describe("an unavailable queue", () => {
  it("is polled again with a backoff of at most half a minute, and no message is lost", async () => {
    const failures: number[] = [];
    effects.outage("queue.receive");
    await poll(1, {
      receiveNow: (most) => queue.receiveNow(most),
      defer: (...args) => queue.defer(...args),
      receive(most, signal) {
        failures.push(clock.now());
        return effects.of("queue", queue).receive(most, signal);
      },
    });

    await clock.advance(120_000);
    effects.endOutage();
    await send("a");
    await clock.advance(30_000);

    const waits = failures.map((time, index) => time - (failures[index - 1] ?? time)).slice(1);
    // The lower half of each, for the jitter is all low here.
    expect(waits.slice(0, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    expect([...atWork.keys()]).toEqual(["a"]);
    await end();
  });

  it("does not delay a drain", async () => {
    effects.outage("queue.receive");
    await poll(1);

    stop.abort();

    await polling;
  });
});

describe("a draining worker", () => {
  it("ends its long poll at once", async () => {
    await poll(1);

    stop.abort();

    await polling;
  });

  it("defers messages that arrive at that moment", async () => {
    await send("a");
    const [received] = await queue.receiveNow(1);
    await poll(1, {
      receive: (_most, signal) =>
        new Promise((resolve) => signal.addEventListener("abort", () => resolve(received ? [received] : []))),
      receiveNow: async () => [],
      defer: (...args) => queue.defer(...args),
    });

    stop.abort();
    await polling;

    expect(atWork.size).toBe(0);
    expect(queue.counts()).toMatchObject({ visible: 1 });
  });

  it("ends after its running jobs", async () => {
    await send("a", "b");
    await poll(1);
    let hasEnded = false;
    void polling.then(() => {
      hasEnded = true;
    });

    stop.abort();
    await clock.advance(10_000);
    const endedEarly = hasEnded;
    await finish("a");
    await polling;

    expect(endedEarly).toBe(false);
    expect(atWork.size).toBe(0);
    expect(queue.counts()).toMatchObject({ visible: 1 });
  });
});

describe("a worker with short jobs", () => {
  const many = Array.from({ length: 40 }, (_, index) => `job-${index}`);

  /** Works for a while with jobs of 10 ms, until more messages are received than started. */
  async function workBriskly(): Promise<void> {
    await send(...many);
    await poll(2);
    for (let round = 0; round < 4; round++) {
      await clock.advance(10);
      for (const jobId of [...atWork.keys()]) await finish(jobId);
    }
  }

  function held(): number {
    return queue.counts().inFlight - atWork.size - ended;
  }

  let ended: number;
  beforeEach(() => {
    ended = 8;
  });

  it("receives messages before a slot is free, and starts them without a receive", async () => {
    await workBriskly();
    const heldBefore = held();
    effects.outage("queue.receive", "queue.receiveNow");

    await clock.advance(10);
    const [jobId = ""] = atWork.keys();
    await finish(jobId);

    expect(heldBefore).toBeGreaterThan(0);
    expect(heldBefore).toBeLessThanOrEqual(10);
    expect(atWork.size).toBe(2);
    effects.endOutage();
    await end();
  });

  it("returns a message that has waited for a second, because the slots have longer jobs now", async () => {
    await workBriskly();
    const heldBefore = held();

    await clock.advance(1_000);
    const heldAfter = held();
    await clock.advance(20_000);

    expect(heldBefore).toBeGreaterThan(0);
    expect(heldAfter).toBe(0);
    expect(held()).toBe(0);
    await end();
  });

  it("returns waiting messages at once on a drain", async () => {
    await workBriskly();
    const heldBefore = held();

    stop.abort();
    await clock.advance(0);

    expect(heldBefore).toBeGreaterThan(0);
    expect(held()).toBe(0);
    await end();
    expect(atWork.size).toBe(0);
  });

  it("returns waiting messages when it must rest", async () => {
    await workBriskly();
    const heldBefore = held();
    hasRest = true;

    const [jobId = ""] = atWork.keys();
    await finish(jobId);
    ended += 1;

    expect(heldBefore).toBeGreaterThan(0);
    expect(held()).toBe(0);
    expect(atWork.size).toBe(1);
    await end();
  });

  it("asks for no more than it can start after a receive that brought few messages", async () => {
    await send("a", "b", "c");
    await poll(2);
    await clock.advance(10);

    await finish("a");
    await finish("b");
    await clock.advance(10);
    await finish("c");

    // Two were free; then one, and one early; the queue was empty then.
    expect(asked.slice(0, 2)).toEqual([2, 2]);
    expect(asked.at(-1)).toBe(1);
    expect(askedEarly).toEqual([]);
    await end();
  });
});

describe("a worker with long jobs", () => {
  it("receives none before a slot is free, however long the queue is", async () => {
    await send(..."abcdefghijklmnop");
    await poll(2);

    for (let round = 0; round < 6; round++) {
      await clock.advance(500);
      await finish([...atWork.keys()][0] ?? "");
    }

    expect(askedEarly).toEqual([]);
    expect(queue.counts()).toMatchObject({ visible: 8, inFlight: 8 });
    await end();
  });
});

describe("a worker with two queues", () => {
  let words: MemoryQueue;
  let calls: { queue: string; most: number; waits: boolean }[];
  beforeEach(() => {
    calls = [];
    words = new MemoryQueue({
      clock,
      visibilityMilliseconds: visibility,
      maxReceiveCount: limits.maxReceiveCount,
      url: "memory:words",
    });
  });

  function noted(queue: string, port: MemoryQueue): Port & { url: string } {
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

  const pollBoth = (slots: number) => poll(slots, noted("jobs", queue), noted("words", words));

  it("takes turns while both have messages, and receives none that has no slot", async () => {
    await send("a1", "a2", "a3", "a4", "a5");
    await sendWords("w1", "w2", "w3", "w4", "w5");
    await pollBoth(1);
    const order: string[] = [];

    for (let round = 0; round < 6; round++) {
      await clock.advance(2_000);
      const [jobId = ""] = atWork.keys();
      order.push(jobId.slice(0, 1));
      await finish(jobId);
    }

    expect(order.join("")).toMatch(/^(aw)+$|^(wa)+$/);
    expect(queue.counts().inFlight + words.counts().inFlight - 6).toBe(1);
    expect(calls.every(({ waits }) => !waits)).toBe(true);
    await end();
  });

  it("waits for both at the same time when both are empty", async () => {
    await pollBoth(2);
    await clock.advance(50_000);
    const before = calls.length;

    await sendWords("w1");
    await send("a1");
    await clock.advance(0);

    expect([...atWork.keys()].sort()).toEqual(["a1", "w1"]);
    // A look at each, then three long polls of each.
    expect(before).toBe(8);
    await end();
  });

  it("returns a message to its own queue when the other queue's message has the slot", async () => {
    await pollBoth(1);
    await clock.advance(1_000);

    await sendWords("w1");
    await send("a1");
    await clock.advance(2_000);

    expect([...atWork.keys()]).toEqual(["w1"]);
    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    await end();
  });

  it("finds a message of one queue while short jobs of the other take all slots", async () => {
    await send(...Array.from({ length: 300 }, (_, index) => `a${index}`));
    await pollBoth(2);
    const started = new Set<string>();

    for (let round = 0; round < 60; round++) {
      if (round === 20) await sendWords("w1");
      await clock.advance(10);
      for (const jobId of [...atWork.keys()]) {
        started.add(jobId);
        await finish(jobId);
      }
    }

    expect(started).toContain("w1");
    await end();
  });
});
