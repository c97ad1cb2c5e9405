import { isFinished } from "../../contract/job.ts";
import { type JobQueues, typesOf } from "../../contract/job-queues.ts";
import { asError } from "../../runtime/errors.ts";
import { traceField } from "../../runtime/tracing/tracer.ts";
import type { Job, JobKey } from "../jobs/job.ts";
import type { Disposition } from "../jobs/machine.ts";
import { explainMalformedBody } from "../jobs/message-body.ts";
import type { JobQueue, ReceivedMessage, SendMessage } from "../jobs/ports.ts";
import type { RunningPermits } from "../owners/running-permits.ts";
import type { WaitingExits } from "../owners/waiting-exits.ts";
import { claimJob, dispositionFor } from "./claim-job.ts";
import { finishAttempt } from "./finish-attempt.ts";
import type { FlowMeter } from "./flow-meter.ts";
import type { GatheredDeletes } from "./gather-deletes.ts";
import type { ClaimedJob } from "./lease-renewer.ts";
import { type AttemptDeps, type AttemptOutcome, runAttempt } from "./run-attempt.ts";
import type { Protection } from "./task-protection.ts";
import { type TraceDeps, traceAttempt } from "./trace-attempt.ts";
import type { TypePermit, TypePermits } from "./type-permits.ts";

export interface WorkDeps extends Omit<AttemptDeps, "typePermit">, TraceDeps {
  /** All queues of the stack. */
  queues: JobQueues;
  queue: JobQueue;
  sendMessage: SendMessage;
  /** Deletes messages, after the slot is free again. */
  deletes: Pick<GatheredDeletes, "add">;
  protection: Protection;
  flow: Pick<FlowMeter, "begin">;
  /** Limits the running jobs of each owner. */
  permits: RunningPermits;
  /** The permits of each job type with a limit, by the URL of the type's queue. */
  typePermits: ReadonlyMap<string, Pick<TypePermits, "take">>;
  waiting: WaitingExits;
  /** Creates the token of a lease; no two are the same. */
  createToken(): string;
}

type JobDeps = WorkDeps & Pick<AttemptDeps, "typePermit">;

/** The two steps of a drain. */
export interface DrainSignals {
  /** Start no further attempt. */
  draining: AbortSignal;
  /** Hand back the jobs that still run. */
  handBack: AbortSignal;
}

/**
 * Processes one message: claims its job, runs an attempt, writes the attempt's end to the record, settles the message.
 * Never rejects. After an error the message becomes visible again by itself; the next worker that receives it sees from the
 * record what is left to do.
 */
export async function processMessage(deps: WorkDeps, received: ReceivedMessage, drain: DrainSignals): Promise<void> {
  const { content, messageId } = received;
  if (content === undefined) return settleUnreadable(deps, received);
  const { owner, jobId, traceparent } = content;
  const log = deps.log.child({ owner, jobId, ...traceField(traceparent) });
  const typePermits = deps.typePermits.get(received.queueUrl);
  const typePermit = typePermits === undefined ? unlimited : typePermits.take();
  if (typePermit === undefined) return deferForType({ ...deps, log }, received);
  const ownerPermit = await deps.permits.acquire(owner);
  if (ownerPermit === undefined) {
    typePermit.release();
    return deferForOwner({ ...deps, log }, received, content);
  }
  await deps.protection.enter();
  try {
    const disposition = await processJob({ ...deps, log, typePermit }, received, content, drain);
    // The message is settled only after the record is written: a crash before this line leaves it in the queue.
    await settleMessage(deps, received, disposition);
  } catch (error) {
    log.error(
      { err: asError(error), messageId },
      "processing failed; the message becomes visible again after its visibility timeout",
    );
  } finally {
    deps.protection.leave();
    ownerPermit.release();
    typePermit.release();
  }
}

/** The permit of a type without a limit. */
const unlimited: TypePermit = { cover: (milliseconds) => milliseconds, leaseOver() {}, release() {} };

/** Returns the message to its queue. The permit that was free before the receive is not free any more, or expires too soon. */
async function deferForType({ queue, log }: WorkDeps, received: ReceivedMessage): Promise<void> {
  try {
    await queue.defer(received, 0);
    log.debug("returned a message, because this worker has no permit left for its job's type");
  } catch (error) {
    const { messageId } = received;
    log.warn({ err: asError(error), messageId }, "returning a message failed; it becomes visible again later");
  }
}

/**
 * Defers the message of an owner whose running jobs are at their limit. Random delays of 5 to 30 s spread its messages out. The
 * message of a finished job is deleted: otherwise an owner that cancels all its jobs could fill the queue with deferred messages.
 */
async function deferForOwner(
  { queue, deletes, store, log, random }: WorkDeps,
  received: ReceivedMessage,
  key: JobKey,
): Promise<void> {
  const milliseconds = ownerFullMilliseconds * (1 + 5 * random());
  try {
    // Only at the second receive, so that each message is checked once. After a few receives, defer replaces a message by a new one;
    // that one is checked too.
    const job = received.receiveCount === 2 ? await store.peek(key) : undefined;
    if (job && isFinished(job.state)) return deletes.add(received);
    await queue.defer(received, milliseconds);
    log.debug({ milliseconds }, "deferred a message, because its owner is at the limit of its running jobs");
  } catch (error) {
    const { messageId } = received;
    log.warn({ err: asError(error), messageId }, "deferring a message failed; it becomes visible again later");
  }
}

const ownerFullMilliseconds = 5_000;

/** A malformed body goes to the dead-letter queue. A body of a newer version stays in the queue for a newer worker. */
async function settleUnreadable({ queue, log }: WorkDeps, received: ReceivedMessage): Promise<void> {
  const { messageId, receiveCount } = received;
  const reason = explainMalformedBody(received.body);
  if (reason === undefined) {
    log.warn({ messageId, receiveCount }, "the message's format is newer than this worker; left it for a newer worker");
    return;
  }
  try {
    await queue.deadLetter(received, reason);
    log.error({ messageId, receiveCount, reason }, "moved a malformed message to the dead-letter queue");
  } catch (error) {
    log.error(
      { err: asError(error), messageId },
      "could not move a malformed message to the dead-letter queue; trying again when it becomes visible",
    );
  }
}

/** Claims the job and runs one attempt. Returns the message's disposition; the record is written by then. */
async function processJob(
  deps: JobDeps,
  received: ReceivedMessage,
  content: NonNullable<ReceivedMessage["content"]>,
  { draining, handBack }: DrainSignals,
): Promise<Disposition> {
  const token = deps.createToken();
  const claim = await claimJob(deps, content, token, typesOf(received.queueUrl, deps.queues), draining);
  if (claim.kind === "not-claimed") return claim.disposition;
  if (claim.kind === "misplaced") return moveMessage(deps, claim.job);
  if (claim.job.fence === 1) deps.waiting.started(content.owner);

  // A record that a worker of an older version has written has no trace; the message still has it.
  const job = { ...claim.job, traceparent: claim.job.traceparent ?? content.traceparent };
  // The log already has the trace id if the message has one.
  const trace = content.traceparent === undefined ? traceField(job.traceparent) : {};
  const other = job.jobId === content.jobId ? {} : { jobId: job.jobId };
  const log = deps.log.child({ ...other, attempt: job.attempts, ...trace });
  const { disposition } = await traceAttempt(deps, job, claim.waitedMilliseconds, () =>
    performAttempt({ ...deps, log }, { job, token, received }, handBack),
  );
  return dispositionFor(content, job, disposition);
}

/** Moves the message to the queue of the job's type. The type got a queue of its own after the message was sent. */
async function moveMessage({ sendMessage, clock, log }: JobDeps, job: Job): Promise<Disposition> {
  // Send the new message before the old one is deleted: a crash in between leaves two messages, never none.
  await sendMessage(job, Math.max(0, job.stateSince - clock.now()));
  log.info({ type: job.type }, "moved the job's message to the queue of its type");
  return { kind: "delete" };
}

interface PerformedAttempt {
  outcome: AttemptOutcome | { kind: "lost" };
  disposition: Disposition;
}

/** Runs the attempt and writes its outcome. The flow meter counts a busy slot until the outcome is written. */
async function performAttempt(deps: JobDeps, claimed: ClaimedJob, handBack: AbortSignal): Promise<PerformedAttempt> {
  const releaseSlot = deps.flow.begin();
  let hasRun = false;
  try {
    const end = await runAttempt(deps, claimed, handBack);
    // Another worker may have received this message and will settle it. Otherwise its visibility timeout expires.
    if (end.kind === "lost") return { outcome: end, disposition: { kind: "leave" } };
    // Set before the write, because the write may throw.
    hasRun = end.outcome.kind === "succeeded" || end.outcome.kind === "failed";
    return { outcome: end.outcome, disposition: await finishAttempt(deps, end, claimed.token) };
  } finally {
    releaseSlot({ hasRun });
  }
}

async function settleMessage(
  { queue, deletes }: WorkDeps,
  received: ReceivedMessage,
  disposition: Disposition,
): Promise<void> {
  switch (disposition.kind) {
    case "leave":
      return;
    case "delete":
      // The next message of a group waits for this delete.
      if (received.content?.groupId !== undefined) return void (await queue.deleteBatch([received]));
      return deletes.add(received);
    case "defer":
      return queue.defer(received, disposition.milliseconds);
    case "dead-letter":
      return queue.deadLetter(received, disposition.reason);
  }
}
