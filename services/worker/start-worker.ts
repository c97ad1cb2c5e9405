import { sleep } from "../../runtime/clock.ts";
import { planDrain } from "./plan-drain.ts";
import { pollMessages } from "./poll-messages.ts";
import { processMessage, type WorkDeps } from "./process-message.ts";
import type { RunnerPool } from "./runner-pool.ts";

export interface WorkerOptions extends Omit<WorkDeps, "runners" | "handBackGraceMilliseconds"> {
  runners: RunnerPool;
  /** Jobs to run at once. */
  slots: number;
  /** What there is between being told to stop and being killed. */
  stopTimeoutMilliseconds: number;
}

export interface Worker {
  /**
   * Takes nothing new, lets jobs finish while there is time, and hands back the rest. Resolves before the stop timeout is over.
   * Asking again changes nothing.
   */
  drain(): Promise<void>;
}

/** Starts to take messages and to work on them. */
export function startWorker(options: WorkerOptions): Worker {
  const { clock, log, runners, protection, tracer, slots } = options;
  const plan = planDrain(options.stopTimeoutMilliseconds);
  const draining = new AbortController();
  const handBack = new AbortController();
  const deps: WorkDeps = { ...options, handBackGraceMilliseconds: plan.graceMilliseconds };
  const drain = { draining: draining.signal, handBack: handBack.signal };
  const polling = pollMessages(
    {
      ...options,
      slots,
      isResting: () => protection.isResting(),
      work: (received) => processMessage(deps, received, drain),
    },
    draining.signal,
  );
  log.info({ slots }, "taking messages");

  async function drainOnce(): Promise<void> {
    log.info(plan, "draining");
    draining.abort();
    const cancelHandBack = clock.after(plan.handBackAfterMilliseconds, () => handBack.abort());
    const leaving = new AbortController();
    const leave = sleep(clock, plan.leaveAfterMilliseconds, leaving.signal);
    // Whoever is not done by then waits for a store or queue that does not answer; leases and visibility see to the rest.
    const isDone = await Promise.race([polling.then(() => true), leave.then(() => false)]);
    leaving.abort();
    cancelHandBack();
    protection.close();
    await runners.close();
    await tracer.close(plan.traceMilliseconds);
    log.info({ isDone }, "drained");
  }

  let drained: Promise<void> | undefined;
  return {
    drain() {
      drained ??= drainOnce();
      return drained;
    },
  };
}
