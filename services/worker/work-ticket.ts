import { asError } from "../../runtime/errors.ts";
import { traceField } from "../../runtime/tracing/tracer.ts";
import type { JobKey } from "../jobs/job.ts";
import type { TicketOrder } from "../jobs/machine.ts";
import type { ReceivedTicket, TicketQueue } from "../jobs/ports.ts";
import { whyNoTicket } from "../jobs/ticket-body.ts";
import { claimJob } from "./claim-job.ts";
import { finishAttempt } from "./finish-attempt.ts";
import type { FlowMeter } from "./flow-meter.ts";
import { obeyOrder } from "./obey-order.ts";
import type { Protection } from "./protection.ts";
import { type AttemptDeps, runAttempt } from "./run-attempt.ts";
import { type TraceDeps, traceAttempt } from "./trace-attempt.ts";

export interface WorkDeps extends AttemptDeps, TraceDeps {
  queue: TicketQueue;
  protection: Protection;
  flow: Pick<FlowMeter, "begin">;
  /** A lease's secret; no two are the same. */
  createToken(): string;
}

/** How far a drain has come. */
export interface DrainSignals {
  /** Nothing new is begun. */
  draining: AbortSignal;
  /** What still runs is handed back. */
  handBack: AbortSignal;
}

/**
 * Works on one ticket from its receipt to its end: claim, run, record, and only then the ticket. Never rejects: where it
 * gives up, the ticket becomes visible again, and the record says what there is left to do.
 */
export async function workTicket(deps: WorkDeps, received: ReceivedTicket, drain: DrainSignals): Promise<void> {
  const { ticket, messageId } = received;
  if (ticket === undefined) {
    await refuseTicket(deps, received).catch((error: unknown) => {
      deps.log.error({ err: asError(error), messageId }, "gave up on what is no ticket; it comes back");
    });
    return;
  }
  const { owner, jobId } = ticket;
  const log = deps.log.child({ owner, jobId, ...traceField(ticket.traceparent) });
  await deps.protection.enter();
  try {
    await obeyOrder(deps.queue, received, await workJob({ ...deps, log }, received, { owner, jobId }, drain));
  } catch (error) {
    log.error({ err: asError(error), messageId }, "gave up on the ticket; it comes back");
  } finally {
    deps.protection.leave();
  }
}

/** What no version can have written goes where someone looks at it; a newer ticket is left to a newer worker. */
async function refuseTicket({ queue, log }: WorkDeps, received: ReceivedTicket): Promise<void> {
  const { messageId, receiveCount } = received;
  const reason = whyNoTicket(received.body);
  if (reason === undefined) return log.warn({ messageId, receiveCount }, "left a ticket of a newer version");
  await queue.bury(received, reason);
  log.error({ messageId, receiveCount, reason }, "buried what is no ticket");
}

async function workJob(
  deps: WorkDeps,
  received: ReceivedTicket,
  key: JobKey,
  { draining, handBack }: DrainSignals,
): Promise<TicketOrder> {
  const token = deps.createToken();
  const claim = await claimJob(deps, key, token, draining);
  if (claim.job === undefined) return claim.order;

  // One that older code has written anew has lost its trace, but not in its ticket.
  const job = { ...claim.job, traceparent: claim.job.traceparent ?? received.ticket?.traceparent };
  // The ticket's trace stands in each line already.
  const trace = received.ticket?.traceparent === undefined ? traceField(job.traceparent) : {};
  const attempt = { ...deps, log: deps.log.child({ attempt: job.attempts, ...trace }) };
  return traceAttempt(deps, job, claim.waitedMilliseconds, async (noteEnding) => {
    const noteSlotFree = deps.flow.begin();
    let hasRun = false;
    try {
      const end = await runAttempt(attempt, { job, token, received }, handBack);
      // Lost: whoever has the job now may hold this very ticket, and the ticket comes back by itself if nobody does.
      if (end === undefined) return { order: "keep" };
      noteEnding(end.ending);
      hasRun = end.ending.kind !== "handed-back";
      return await finishAttempt(attempt, end, token);
    } finally {
      noteSlotFree({ hasRun });
    }
  });
}
