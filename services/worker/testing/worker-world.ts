import { limits } from "../../../contract/limits.ts";
import { ManualClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { noTracer } from "../../../runtime/tracing/tracer.ts";
import type { Job } from "../../jobs/job.ts";
import type { ReceivedMessage } from "../../jobs/ports.ts";
import { MemoryQueue } from "../../jobs/testing/memory-queue.ts";
import { createMemoryStore, type MemoryStore } from "../../jobs/testing/memory-store.ts";
import { sampleJob } from "../../jobs/testing/sample-job.ts";
import { noRunningLimit } from "../../owners/running-permits.ts";
import { noWaitingExits } from "../../owners/waiting-exits.ts";
import { processMessage, type WorkDeps } from "../process-message.ts";
import type { WorkerOptions } from "../start-worker.ts";
import { noProtection } from "../task-protection.ts";
import { Effects } from "./effects.ts";
import { FakeRunners } from "./fake-runners.ts";

export const lease = 30_000;
export const jobTimeout = 120_000;
export const handBackGrace = 1_000;

/** A worker's dependencies, in memory and on a manual clock. */
export interface World {
  clock: ManualClock;
  store: MemoryStore;
  queue: MemoryQueue;
  runners: FakeRunners;
  effects: Effects;
  deps: WorkDeps & Pick<WorkerOptions, "sources" | "typePermits">;
  /** Records a job and sends its message. */
  submit(changes?: Partial<Job>): Promise<void>;
  /** Receives the message that is visible now. */
  receive(): Promise<ReceivedMessage>;
  job(jobId?: string): Job;
}

export function createWorld(): World {
  const clock = new ManualClock(1_000_000);
  const store = createMemoryStore({ clock, retentionDays: 7 });
  const queue = new MemoryQueue({ clock, visibilityMilliseconds: lease, maxReceiveCount: limits.maxReceiveCount });
  const runners = new FakeRunners(clock);
  const effects = new Effects(clock);
  const recordedQueue = effects.of("queue", queue);
  let tokens = 0;
  const artifacts: WorkDeps["artifacts"] = {
    fetch: async (stored, folder) => ("json" in stored ? stored : { file: `${folder}/of ${stored.objectKey}` }),
    keepResult: async (_key, _fence, result) => ("json" in result ? result : { objectKey: `of ${result.file}` }),
  };
  return {
    clock,
    store,
    queue,
    runners,
    effects,
    deps: {
      store: effects.of("store", store),
      queue: recordedQueue,
      sources: [recordedQueue],
      deletes: { add: (received) => void recordedQueue.deleteBatch([received]) },
      artifacts: effects.of("artifacts", artifacts),
      folders: { create: () => ({ path: "/run", remove: async () => {} }) },
      runners,
      resultBytes: 1_000_000,
      protection: noProtection,
      flow: { begin: () => () => {} },
      permits: noRunningLimit,
      typePermits: new Map(),
      queues: [{ url: queue.url }],
      sendMessage: recordedQueue.send,
      waiting: noWaitingExits,
      tracer: noTracer,
      clock,
      log: silentLog,
      random: () => 0,
      createToken: () => `lease-${++tokens}`,
      leaseMilliseconds: lease,
      jobTimeoutMilliseconds: jobTimeout,
      handBackGraceMilliseconds: handBackGrace,
    },
    async submit(changes) {
      const job = sampleJob({ stateSince: clock.now(), ...changes });
      await store.create(job);
      await queue.send(job, 0);
    },
    async receive() {
      const [received] = await queue.receiveNow(1);
      if (received === undefined) throw new Error("Expected a message; none is visible.");
      return received;
    },
    job(jobId = "job-1") {
      const job = store.jobs().find((each) => each.jobId === jobId);
      if (job === undefined) throw new Error(`Expected a job ${jobId}; there is none.`);
      return job;
    },
  };
}

/** Receives the visible message and begins to process it. `working` is the end of that. */
export async function begin(world: World, drain = drainSignals()): Promise<{ working: Promise<void> }> {
  const working = processMessage(world.deps, await world.receive(), drain.signals);
  await world.clock.advance(0);
  return { working };
}

/** Drain signals for a test to abort. */
export function drainSignals() {
  const draining = new AbortController();
  const handBack = new AbortController();
  return {
    signals: { draining: draining.signal, handBack: handBack.signal },
    beginDrain: () => draining.abort(),
    beginHandBack: () => handBack.abort(),
  };
}
