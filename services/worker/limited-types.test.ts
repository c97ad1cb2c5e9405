import { beforeEach, describe, expect, it } from "vitest";
import type { JobQueues } from "../../contract/job-queues.ts";
import { limits } from "../../contract/limits.ts";
import type { PermitTable } from "../jobs/permit-table.ts";
import type { JobQueue, ReceivedMessage } from "../jobs/ports.ts";
import { createMemoryPermits } from "../jobs/testing/memory-permits.ts";
import { MemoryQueue } from "../jobs/testing/memory-queue.ts";
import { sampleJob } from "../jobs/testing/sample-job.ts";
import { capSource } from "./cap-source.ts";
import { processMessage } from "./process-message.ts";
import { startWorker, type Worker } from "./start-worker.ts";
import { createWorld, drainSignals, lease, type World } from "./testing/worker-world.ts";
import { createTypePermits } from "./type-permits.ts";

const limit = 6;

let world: World;
let words: MemoryQueue;
let queues: JobQueues;
let permitTable: PermitTable;
beforeEach(() => {
  world = createWorld();
  const url = "memory:words";
  words = new MemoryQueue({
    clock: world.clock,
    visibilityMilliseconds: lease,
    maxReceiveCount: limits.maxReceiveCount,
    url,
  });
  queues = [{ url: world.queue.url }, { url, type: "word-frequency", concurrency: limit }];
  permitTable = createMemoryPermits();
});

/** Settles each message in its own queue. */
function joined(): JobQueue {
  const of = ({ queueUrl }: ReceivedMessage) => (queueUrl === words.url ? words : world.queue);
  return {
    send: world.queue.send,
    receive: (...args) => world.queue.receive(...args),
    receiveNow: (...args) => world.queue.receiveNow(...args),
    deleteBatch: async (all) => (await Promise.all(all.map((one) => of(one).deleteBatch([one])))).flat(),
    extend: (received, milliseconds) => of(received).extend(received, milliseconds),
    defer: (received, milliseconds) => of(received).defer(received, milliseconds),
    deadLetter: (received, reason) => of(received).deadLetter(received, reason),
  };
}

/** A worker with its dependencies; `kill` ends all that it does, as SIGKILL would. */
function start(workerId: string, slots: number): Worker & { kill(): void } {
  let isDead = false;
  const mortal = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property, target);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => (isDead ? new Promise(() => {}) : Reflect.apply(member, target, args));
      },
    });
  const { clock } = world;
  const permits = createTypePermits({
    table: mortal(permitTable),
    clock,
    log: world.deps.log,
    random: () => 0.5,
    workerId,
    type: "word-frequency",
    limit,
    leaseMilliseconds: lease,
  });
  const worker = startWorker({
    ...world.deps,
    store: mortal(world.store),
    queue: mortal(joined()),
    queues,
    sources: [mortal(world.queue), capSource(mortal(words), permits)],
    typePermits: new Map([[words.url, permits]]),
    runners: world.runners,
    slots,
    stopTimeoutMilliseconds: 30_000,
    deleteWindowMilliseconds: 20,
  });
  return Object.assign(worker, {
    kill() {
      isDead = true;
    },
  });
}

async function submitWords(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const job = sampleJob({ jobId: `words-${index}`, type: "word-frequency", stateSince: world.clock.now() });
    await world.store.create(job);
    await words.send(job, 0);
  }
}

/** Jobs of the type with a lease that has not run out. */
function validLeases(): number {
  const now = world.clock.now();
  return world.store.jobs().filter(({ type, lease }) => type === "word-frequency" && (lease?.until ?? 0) > now).length;
}

describe("jobs of a type with a limit", () => {
  it("keep to it and fill it, beside other jobs, while workers die", async () => {
    world.runners.behave((run) => void world.clock.after(4_000, () => run.succeed()));
    const workers = ["1", "2", "3", "4", "5", "6"].map((id) => start(id, 2));
    await submitWords(320);
    for (let index = 0; index < 60; index += 1) await world.submit({ jobId: `echo-${index}` });
    const counts: number[] = [];

    for (let second = 0; second < 200; second += 1) {
      // In each minute a worker dies, and another takes its place.
      if (second % 60 === 30) {
        workers.shift()?.kill();
        workers.push(start(`late-${second}`, 2));
      }
      await world.clock.advance(1_000);
      counts.push(validLeases());
    }

    expect(Math.max(...counts)).toBe(limit);
    const settled = counts.slice(5);
    expect(settled.reduce((sum, count) => sum + count, 0) / settled.length).toBeGreaterThan(0.9 * limit);
    expect(words.counts().visible).toBeGreaterThan(0);
    const others = world.store.jobs().filter(({ jobId }) => jobId.startsWith("echo"));
    expect(others.map(({ state }) => state)).toEqual(others.map(() => "succeeded"));
    for (const worker of workers) worker.kill();
  });

  it("all end, and leave no permit behind", async () => {
    world.runners.behave((run) => void world.clock.after(100, () => run.succeed()));
    const worker = start("one", 5);

    await submitWords(40);
    await world.clock.advance(30_000);
    await worker.drain();

    expect(world.store.jobs().every(({ state, attempts }) => state === "succeeded" && attempts === 1)).toBe(true);
    expect(words.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect((await permitTable.read("word-frequency")).holders).toEqual({});
  });
});

describe("a message in the queue of other types", () => {
  it("moves to the queue of its job's type, whose permits limit the job", async () => {
    await world.submit({ type: "word-frequency" });
    const sendMessage = words.send;

    await processMessage({ ...world.deps, queues, sendMessage }, await world.receive(), drainSignals().signals);

    expect(world.job()).toMatchObject({ state: "queued", fence: 0 });
    expect(words.counts()).toMatchObject({ visible: 1 });
    expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("is deleted if its job has ended", async () => {
    await world.submit({ type: "word-frequency", state: "cancelled", finishedAt: world.clock.now() });

    await processMessage({ ...world.deps, queues }, await world.receive(), drainSignals().signals);

    expect(world.effects.done).toContain("queue.deleteBatch");
    expect(words.counts()).toMatchObject({ visible: 0 });
  });
});

it("a message without a permit goes back, and its job stays as it is", async () => {
  await world.submit();
  const typePermits = new Map([[world.queue.url, { take: () => undefined }]]);

  await processMessage({ ...world.deps, typePermits }, await world.receive(), drainSignals().signals);

  expect(world.job()).toMatchObject({ state: "queued", version: 1 });
  expect(world.queue.counts()).toMatchObject({ visible: 1 });
});
