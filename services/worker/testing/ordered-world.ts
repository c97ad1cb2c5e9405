import { isFinished } from "../../../contract/job.ts";
import type { JobEvent } from "../../../contract/job-event.ts";
import { ManualClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { createEventStore } from "../../events/event-store.ts";
import { publishLeftEvents } from "../../events/publish-left-events.ts";
import { cancelJob } from "../../jobs/cancel-job.ts";
import { changeJob } from "../../jobs/change-job.ts";
import type { Job } from "../../jobs/job.ts";
import { retry } from "../../jobs/machine.ts";
import type { JobStore } from "../../jobs/ports.ts";
import { asPayload, submitJob } from "../../jobs/submit-job.ts";
import { MemoryQueue } from "../../jobs/testing/memory-queue.ts";
import { createMemoryStore } from "../../jobs/testing/memory-store.ts";
import { sweepJobs } from "../../sweeper/sweep-jobs.ts";
import { countOf } from "../../sweeper/testing/count-of.ts";
import { startWorker, type Worker } from "../start-worker.ts";
import { Effects } from "./effects.ts";
import { type FakeRun, FakeRunners } from "./fake-runners.ts";
import { createWorld, lease } from "./worker-world.ts";

/** A process dies after this step of a submission. */
export type Death = "never" | "after its position" | "after its record";

interface LivingWorker {
  worker: Worker;
  runners: FakeRunners;
  /** From now on, no effect of the worker takes place. */
  die(): void;
}

/**
 * Workers, sweeper and API on one table and one FIFO queue. It notes each job that starts although an earlier one of its group is
 * unfinished, or another one is running.
 */
export class OrderedWorld {
  readonly clock = new ManualClock(1_000_000);
  readonly store = createMemoryStore({ clock: this.clock, retentionDays: 7 });
  readonly queue = new MemoryQueue({
    clock: this.clock,
    visibilityMilliseconds: lease,
    maxReceiveCount: Number.POSITIVE_INFINITY,
    isFifo: true,
  });
  readonly violations: string[] = [];
  /** Each event once, in the order in which the FIFO topic has accepted them. */
  readonly events: JobEvent[] = [];
  isTopicAway = false;
  /** The ends of jobs that had started, in order. */
  readonly ends: { jobId: string; at: string }[] = [];
  readonly retried = new Set<string>();
  /** When a job was first submitted, and when that was answered with 202; both by the number of requests until then. */
  readonly #submitted = new Map<string, number>();
  readonly #accepted = new Map<string, number>();
  #requests = 0;
  readonly #comparison = { notBefore: 0 };
  readonly #workers: LivingWorker[] = [];
  readonly #behave: (run: FakeRun, clock: ManualClock) => void;
  #tokens = 0;

  constructor(workers: number, behave: (run: FakeRun, clock: ManualClock) => void) {
    this.#behave = behave;
    for (let index = 0; index < workers; index++) this.#workers.push(this.#start());
  }

  async submit(jobId: string, groupId: string, death: Death = "never"): Promise<void> {
    const dieIf = <Value>(moment: Death, value: Value) => {
      if (death === moment) throw new Error(death);
      return value;
    };
    this.#requests += 1;
    if (!this.#submitted.has(jobId)) this.#submitted.set(jobId, this.#requests);
    const submission = submitJob(
      {
        store: {
          ...this.store,
          takePosition: async (job) => dieIf("after its position", await this.store.takePosition(job)),
          create: async (job) => dieIf("after its record", await this.store.create(job)),
        },
        sendMessage: this.queue.send,
        artifacts: { keepPayload: async (_key, text) => ({ json: Buffer.from(text).toString() }) },
        clock: this.clock,
        maxAttempts: 3,
      },
      { owner, jobId, type: "echo", payload: asPayload(jobId), options: { groupId } },
    );
    if (death !== "never") return void (await submission.catch(() => undefined));
    await submission;
    if (!this.#accepted.has(jobId)) this.#accepted.set(jobId, this.#requests);
  }

  cancel(jobId: string) {
    return cancelJob({ store: this.#eventStore(), clock: this.clock }, { owner, jobId });
  }

  /** As POST /jobs/{jobId}/retry does. */
  async retry(jobId: string): Promise<void> {
    const job = await this.store.load({ owner, jobId });
    if (job?.groupId === undefined || (job.state !== "failed" && job.state !== "cancelled")) return;
    this.#requests += 1;
    this.#submitted.set(jobId, this.#requests);
    this.#accepted.delete(jobId);
    this.retried.add(jobId);
    const position = await this.store.takePosition({ owner, jobId, groupId: job.groupId });
    const change = await changeJob(this.store, job, (current) => retry(current, this.clock.now(), position));
    if (!change?.accepted) return;
    await this.queue.send(change.job, 0);
    this.#accepted.set(jobId, this.#requests);
  }

  /** Its messages return by their visibility timeouts. Another worker takes its place. */
  killWorker(index: number): void {
    this.#workers[index]?.die();
    this.#workers[index] = this.#start();
  }

  /** A new worker starts while the old one drains. */
  drainWorker(index: number): void {
    void this.#workers[index]?.worker.drain();
    this.#workers[index] = this.#start();
  }

  async sweep(): Promise<void> {
    const { store, clock, queue } = this;
    const events = { publish: this.#publish, reply: async () => {}, isOrdered: true, log: silentLog };
    await publishLeftEvents({ ...events, store, clock }, 60_000).catch(() => undefined);
    await sweepJobs(
      {
        store: this.#eventStore(),
        countMessages: async () => queue.counts(),
        countJobs: async (state) => countOf(store, state),
        comparison: this.#comparison,
        sendMessage: queue.send,
        clock,
        log: silentLog,
        random: () => 0,
      },
      { sweepAfterMilliseconds: 120_000, graceMilliseconds: lease, budgetMilliseconds: 45_000 },
    );
  }

  unfinished(): Job[] {
    return this.store.jobs().filter(({ state }) => !isFinished(state));
  }

  async close(): Promise<void> {
    const drained = this.#workers.map(({ worker }) => worker.drain());
    await this.clock.advance(60_000);
    await Promise.all(drained);
  }

  #start(): LivingWorker {
    const { clock, queue } = this;
    const effects = new Effects(clock);
    const runners = new FakeRunners(clock);
    const recorded = effects.of("queue", queue);
    let isDead = false;
    effects.inject(() => (isDead ? "hang" : undefined));
    runners.behave((run) => {
      if (isDead) return;
      this.#audit(run);
      this.#behave(run, clock);
    });
    const worker = startWorker({
      ...createWorld().deps,
      clock,
      store: this.#eventStore(effects),
      queue: recorded,
      sources: [recorded],
      runners,
      createToken: () => `lease-${++this.#tokens}`,
      slots: 2,
      stopTimeoutMilliseconds: 30_000,
      deleteWindowMilliseconds: 20,
    });
    return {
      worker,
      runners,
      die: () => {
        isDead = true;
      },
    };
  }

  readonly #publish = async (event: JobEvent): Promise<void> => {
    if (this.isTopicAway) throw new Error("no topic");
    if (!this.events.some(({ id }) => id === event.id)) this.events.push(event);
  };

  #eventStore(effects = new Effects(this.clock)): JobStore {
    const noted: JobStore = {
      ...this.store,
      replace: async (next, before) => {
        const isReplaced = await this.store.replace(next, before);
        const isEnd = isFinished(next.state) && next.position?.hasStarted;
        if (isReplaced && isEnd)
          this.ends.push({ jobId: next.jobId, at: new Date(next.finishedAt ?? 0).toISOString() });
        return isReplaced;
      },
    };
    const topic = effects.of("topic", { publish: this.#publish, reply: async () => {} });
    const deps = { publish: topic.publish, reply: topic.reply, isOrdered: true, log: silentLog };
    return createEventStore(effects.of("store", noted), deps, { detail: "ends" });
  }

  #audit({ request: { jobId } }: FakeRun): void {
    const jobs = new Map(this.store.jobs().map((job) => [job.jobId, job]));
    const groupId = jobs.get(jobId)?.groupId;
    const others = [...jobs.values()].filter((job) => job.groupId === groupId && job.jobId !== jobId);
    const now = this.clock.now();
    for (const other of others) {
      const acceptedAt = this.#accepted.get(other.jobId) ?? Number.POSITIVE_INFINITY;
      if (acceptedAt < Number(this.#submitted.get(jobId)) && !isFinished(other.state)) {
        this.violations.push(`${jobId} started at ${now} before ${other.jobId}, which is ${other.state}`);
      }
      if ((other.lease?.until ?? 0) > now)
        this.violations.push(`${jobId} started at ${now} while ${other.jobId} was running`);
    }
  }
}

const owner = "alice";
