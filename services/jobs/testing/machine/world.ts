import { ManualClock } from "../../../../runtime/clock.ts";
import { changeJob } from "../../change-job.ts";
import type { Job, JobKey } from "../../job.ts";
import { claim, type Disposition, sweep, type Transition } from "../../machine.ts";
import type { JobStore, ReceivedMessage } from "../../ports.ts";
import { asPayload, submitJob } from "../../submit-job.ts";
import { MemoryQueue } from "../memory-queue.ts";
import { createMemoryStore, type MemoryStore } from "../memory-store.ts";
import { auditWrites } from "./audited-store.ts";
import { maxAttempts, times } from "./reference-job.ts";

/** A claimed job, as its worker last saw it. */
export interface Holding {
  key: JobKey;
  token: string;
  received: ReceivedMessage;
  seen: Job;
}

/** Store, queue and sweeper on one clock. A worker is only the list of jobs that it holds. */
export class World {
  readonly clock = new ManualClock(1_000_000);
  readonly queue = new MemoryQueue({
    clock: this.clock,
    visibilityMilliseconds: times.lease,
    maxReceiveCount: 5,
  });
  readonly records: MemoryStore = createMemoryStore({ clock: this.clock, retentionDays: 365 });
  readonly store: JobStore = auditWrites(this.records, this.clock);
  /** Jobs that each worker has claimed. It may have lost the lease of some. */
  readonly holdings: Holding[][] = [[], [], []];
  #tokens = 0;

  async submit(jobId: string, { losesMessage }: { losesMessage: boolean }): Promise<void> {
    const accepted = submitJob(
      {
        store: this.store,
        sendMessage: losesMessage ? () => Promise.reject(new Error("crash")) : this.queue.send,
        artifacts: { keepPayload: async (_key, text) => ({ json: Buffer.from(text).toString() }) },
        clock: this.clock,
        maxAttempts,
      },
      { owner: "alice", jobId, type: "echo", payload: asPayload(jobId) },
    );
    await (losesMessage ? accepted.catch(() => undefined) : accepted);
  }

  /** A worker receives a message, if one is visible, and claims its job. */
  async take(
    worker: number,
    { crashes }: { crashes: boolean },
  ): Promise<{ jobId: string; token: string; transition: Transition } | undefined> {
    const [received] = await this.queue.receiveNow(1);
    if (!received?.content) return undefined;
    const { owner, jobId } = received.content;
    const token = `token-${++this.#tokens}`;
    const lease = { token, milliseconds: times.lease };
    const transition = await changeJob(this.store, { owner, jobId }, (job) => claim(job, lease, this.clock.now()));
    if (!transition) throw new Error(`There is a message for ${jobId}, and no such job.`);
    if (!crashes) {
      await this.perform(transition.disposition, received);
      if (transition.accepted && transition.job.state === "running") {
        this.holdings[worker]?.push({ key: { owner, jobId }, token, received, seen: transition.job });
      }
    }
    return { jobId, token, transition };
  }

  async sweep({ crashes }: { crashes: boolean }): Promise<void> {
    const staleAfter = { queuedMilliseconds: times.sweepAfter, graceMilliseconds: times.grace };
    const queued = await this.store.listStale("queued", this.clock.now(), 100);
    const running = await this.store.listStale("running", this.clock.now(), 100);
    for (const key of [...queued, ...running]) {
      const transition = await changeJob(this.store, key, (job) => sweep(job, staleAfter, this.clock.now()));
      if (transition?.disposition.kind === "send" && !crashes) await this.queue.send(key, 0);
    }
  }

  async perform(disposition: Disposition, received: ReceivedMessage): Promise<void> {
    if (disposition.kind === "delete") await this.queue.deleteBatch([received]);
    if (disposition.kind === "dead-letter") await this.queue.deadLetter(received, disposition.reason);
    if (disposition.kind === "defer") await this.queue.defer(received, disposition.milliseconds);
  }
}
