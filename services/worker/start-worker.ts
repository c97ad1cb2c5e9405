import { waitAtMost } from "../../runtime/deadline.ts";
import type { MessageSource } from "../jobs/ports.ts";
import { gatherDeletes } from "./gather-deletes.ts";
import { planDrain } from "./plan-drain.ts";
import { pollMessages } from "./poll-messages.ts";
import { processMessage, type WorkDeps } from "./process-message.ts";
import type { RunnerPool } from "./runner-pool.ts";
import type { TypePermits } from "./type-permits.ts";

export interface WorkerOptions
  extends Omit<WorkDeps, "typePermits" | "runners" | "deletes" | "handBackGraceMilliseconds"> {
  runners: RunnerPool;
  /** The queues to receive from. */
  sources: readonly MessageSource[];
  /** Jobs to run at once. */
  slots: number;
  /** Time from the stop signal until the process is killed. */
  stopTimeoutMilliseconds: number;
  /** Time in which deletes of messages are gathered for one call. */
  deleteWindowMilliseconds: number;
  typePermits: ReadonlyMap<string, TypePermits>;
}

export interface Worker {
  /**
   * Receives no further message, lets running jobs finish while there is time, and hands back the rest. Ends before the stop
   * timeout. Further calls return the same promise.
   */
  drain(): Promise<void>;
}

/** Starts to receive and process messages. */
export function startWorker(options: WorkerOptions): Worker {
  const { clock, log, runners, protection, tracer, permits, typePermits, waiting, slots } = options;
  const plan = planDrain(options.stopTimeoutMilliseconds);
  const draining = new AbortController();
  const handBack = new AbortController();
  const deletes = gatherDeletes(options, options.deleteWindowMilliseconds);
  const deps: WorkDeps = { ...options, deletes, handBackGraceMilliseconds: plan.graceMilliseconds };
  const signals = { draining: draining.signal, handBack: handBack.signal };
  const processing = pollMessages(
    {
      ...options,
      slots,
      isResting: () => protection.isResting(),
      process: (received) => processMessage(deps, received, signals),
    },
    draining.signal,
  );
  log.info({ slots }, "worker started");

  async function drainOnce(): Promise<void> {
    log.info(plan, "received the stop signal; draining");
    draining.abort();
    const cancelHandBack = clock.after(plan.handBackAfterMilliseconds, () => handBack.abort());
    // Attempts still open after this are blocked on DynamoDB or SQS. Exit anyway: when lease and visibility timeout expire,
    // another worker takes their jobs.
    const isDone = await waitAtMost(clock, plan.leaveAfterMilliseconds, processing.then(deletes.flush));
    cancelHandBack();
    protection.close();
    await runners.close();
    const closing = [...typePermits.values()].map((each) => each.close());
    const counted = Promise.all([permits.close(), waiting.close(), ...closing]);
    await Promise.all([tracer.close(plan.traceMilliseconds), waitAtMost(clock, plan.traceMilliseconds, counted)]);
    if (isDone) log.info("drained");
    else log.warn("the drain timed out; leases and visibility timeouts return the unfinished jobs to the queue");
  }

  let drained: Promise<void> | undefined;
  return {
    drain() {
      drained ??= drainOnce();
      return drained;
    },
  };
}
