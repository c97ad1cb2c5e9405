import { asError } from "../../runtime/errors.ts";
import { traceField } from "../../runtime/tracing/tracer.ts";
import type { JobKey } from "../jobs/job.ts";
import type { Disposition } from "../jobs/machine.ts";
import { explainMalformedBody } from "../jobs/message-body.ts";
import type { JobQueue, ReceivedMessage } from "../jobs/ports.ts";
import { claimJob } from "./claim-job.ts";
import { finishAttempt } from "./finish-attempt.ts";
import type { FlowMeter } from "./flow-meter.ts";
import { type AttemptDeps, runAttempt } from "./run-attempt.ts";
import { settleMessage } from "./settle-message.ts";
import type { Protection } from "./task-protection.ts";
import { type TraceDeps, traceAttempt } from "./trace-attempt.ts";

export interface WorkDeps extends AttemptDeps, TraceDeps {
  queue: JobQueue;
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
 * Works on one message from its receipt to its end: claim, run, record, and only then the message. Never rejects: where it
 * gives up, the message becomes visible again, and the record says what there is left to do.
 */
export async function processMessage(deps: WorkDeps, received: ReceivedMessage, drain: DrainSignals): Promise<void> {
  const { content, messageId } = received;
  if (content === undefined) {
    await refuseMessage(deps, received).catch((error: unknown) => {
      deps.log.error({ err: asError(error), messageId }, "gave up on what is no message; it comes back");
    });
    return;
  }
  const { owner, jobId } = content;
  const log = deps.log.child({ owner, jobId, ...traceField(content.traceparent) });
  await deps.protection.enter();
  try {
    await settleMessage(deps.queue, received, await workJob({ ...deps, log }, received, { owner, jobId }, drain));
  } catch (error) {
    log.error({ err: asError(error), messageId }, "gave up on the message; it comes back");
  } finally {
    deps.protection.leave();
  }
}

/** What no version can have written goes where someone looks at it; a newer message is left to a newer worker. */
async function refuseMessage({ queue, log }: WorkDeps, received: ReceivedMessage): Promise<void> {
  const { messageId, receiveCount } = received;
  const reason = explainMalformedBody(received.body);
  if (reason === undefined) return log.warn({ messageId, receiveCount }, "left a message of a newer version");
  await queue.deadLetter(received, reason);
  log.error({ messageId, receiveCount, reason }, "dead-lettered what is no message");
}

async function workJob(
  deps: WorkDeps,
  received: ReceivedMessage,
  key: JobKey,
  { draining, handBack }: DrainSignals,
): Promise<Disposition> {
  const token = deps.createToken();
  const claim = await claimJob(deps, key, token, draining);
  if (claim.job === undefined) return claim.disposition;

  // One that older code has written anew has lost its trace, but not in its message.
  const job = { ...claim.job, traceparent: claim.job.traceparent ?? received.content?.traceparent };
  // The message's trace stands in each line already.
  const trace = received.content?.traceparent === undefined ? traceField(job.traceparent) : {};
  const attempt = { ...deps, log: deps.log.child({ attempt: job.attempts, ...trace }) };
  return traceAttempt(deps, job, claim.waitedMilliseconds, async (noteEnding) => {
    const noteSlotFree = deps.flow.begin();
    let hasRun = false;
    try {
      const end = await runAttempt(attempt, { job, token, received }, handBack);
      // Lost: whoever has the job now may hold this very message, and the message comes back by itself if nobody does.
      if (end === undefined) return { kind: "leave" };
      noteEnding(end.ending);
      hasRun = end.ending.kind !== "handed-back";
      return await finishAttempt(attempt, end, token);
    } finally {
      noteSlotFree({ hasRun });
    }
  });
}
