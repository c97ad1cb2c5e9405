import { isFinished, type JobType } from "../../contract/job.ts";
import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import { changeJob, type JobChange } from "../jobs/change-job.ts";
import { findTurn } from "../jobs/find-turn.ts";
import type { Job, JobKey, JobReference, Position } from "../jobs/job.ts";
import { claim, type Disposition, heartbeat, type LeaseRequest, type Transition } from "../jobs/machine.ts";
import type { JobRecords } from "../jobs/ports.ts";
import type { LeaseCover } from "./lease-renewer.ts";
import { type RetryDeps, retry } from "./retry.ts";

export interface ClaimDeps extends RetryDeps {
  store: JobRecords;
  leaseMilliseconds: number;
  typePermit: LeaseCover;
}

export type Claim =
  /**
   * The attempt has started. `waitedMilliseconds` counts from the time at which the job became claimable; undefined when that is
   * not known.
   */
  | { kind: "claimed"; job: Job; waitedMilliseconds: number | undefined }
  | { kind: "not-claimed"; disposition: Disposition }
  /** The job's message belongs in another queue. */
  | { kind: "misplaced"; job: Job };

/**
 * Starts an attempt if the job is of one of the types, due and not leased. For a job in a group, starts the group's job whose turn it is.
 * While the store fails, retries for half a lease.
 */
export async function claimJob(
  deps: ClaimDeps,
  content: JobReference,
  token: string,
  types: readonly JobType[],
  draining: AbortSignal,
): Promise<Claim> {
  if (draining.aborted) return { kind: "not-claimed", disposition: { kind: "defer", milliseconds: 0 } };
  const { clock, leaseMilliseconds } = deps;
  const limits = { until: clock.now() + leaseMilliseconds / 2, signal: draining };
  try {
    const change = await retry(deps, "claiming the job", limits, () => claimNow(deps, content, token, types));
    if (change?.accepted !== true || change.job.state !== "running") deps.typePermit.leaseOver();
    const { before } = change ?? {};
    if (before && isMisplaced(before, types)) return { kind: "misplaced", job: before };
    return readClaim(deps, content, change, token);
  } catch (error) {
    return { kind: "not-claimed", disposition: dispositionAfter(asError(error), deps, content, draining) };
  }
}

/**
 * Without a group, tries one write first, which claims a job that is queued and due, as most are. Only if it claims nothing, reads the
 * record. A job in a group is read at once.
 */
async function claimNow(
  { store, clock, leaseMilliseconds, typePermit }: ClaimDeps,
  { owner, jobId, groupId }: JobReference,
  token: string,
  types: readonly JobType[],
): Promise<JobChange<Disposition> | undefined> {
  const key = { owner, jobId };
  const request = () => ({ token, milliseconds: typePermit.cover(leaseMilliseconds) });
  if (groupId !== undefined) return claimTurn({ store, clock, request, types }, await store.load(key));
  const now = clock.now();
  const requested = request();
  const before = await store.claimDue(key, requested, now, types);
  if (before) return { ...claim(before, requested, now), before };
  const change = await changeJob(store, key, (job) => claimOnce(job, request(), clock.now(), types));
  // The job is in a group, but its message does not name the group.
  const isOfGroup = change?.accepted === false && change.reason === "not-its-turn";
  return isOfGroup ? claimTurn({ store, clock, request, types }, change.before) : change;
}

function isMisplaced({ type, state }: Job, types: readonly JobType[]): boolean {
  return !types.includes(type) && !isFinished(state);
}

interface TurnDeps {
  store: JobRecords;
  clock: Clock;
  request(): LeaseRequest;
  types: readonly JobType[];
}

/** Claims the job of the group whose turn it is: this one, or an earlier unfinished one, which may be running or have lost its message. */
async function claimTurn(
  { store, clock, request, types }: TurnDeps,
  job: Job | undefined,
): Promise<JobChange<Disposition> | undefined> {
  if (job === undefined) return undefined;
  if (isFinished(job.state) || isMisplaced(job, types)) {
    return { ...claimOnce(job, request(), clock.now(), types), before: job };
  }
  const turn = await findTurn(store, job, clock.now());
  // An earlier job whose type has a limit can be started only by a message from its type's queue.
  if (turn.kind === "unsettled" || isMisplaced(turn.job, types)) {
    const disposition: Disposition = { kind: "defer", milliseconds: unsettledMilliseconds };
    return { accepted: false, reason: "not-its-turn", disposition, before: job };
  }
  const { job: first } = turn;
  const change = await changeJob(
    store,
    first,
    (current) => claimOnce(current, request(), clock.now(), types, first.position),
    first,
  );
  return waitInLine(change, job, first);
}

const unsettledMilliseconds = 1_000;

/**
 * Shortens the delay of a message whose job waits behind a running job of its group. Without this, the message would be delayed until
 * the running job's lease expires, but most jobs end much earlier. The delay is at most one second for each position that the job
 * is behind, so that a long backlog is not received all the time. In the FIFO queue SQS holds such messages back itself.
 */
function waitInLine(
  change: JobChange<Disposition> | undefined,
  job: Job,
  first: Job,
): JobChange<Disposition> | undefined {
  const ahead = Number(job.position?.number) - Number(first.position?.number);
  if (change?.accepted !== false || change.reason !== "leased" || !(ahead > 0)) return change;
  const { disposition } = change;
  if (disposition.kind !== "defer") return change;
  return { ...change, disposition: { kind: "defer", milliseconds: Math.min(disposition.milliseconds, ahead * 1_000) } };
}

/**
 * The first claim may have been written although its answer was lost. The retry then finds its own token and renews the lease;
 * it starts no second attempt.
 */
function claimOnce(job: Job, lease: LeaseRequest, now: number, types: readonly JobType[], turn?: Position): Transition {
  // Only a message from the type's own queue comes with a permit of the type.
  if (isMisplaced(job, types)) return { accepted: false, reason: "misplaced", disposition: { kind: "leave" } };
  return job.lease?.token === lease.token ? heartbeat(job, lease, {}, now) : claim(job, lease, now, turn);
}

function readClaim(
  { log }: ClaimDeps,
  content: JobReference,
  change: JobChange<Disposition> | undefined,
  token: string,
): Claim {
  if (change === undefined && content.groupId !== undefined) {
    // The FIFO queue has no redrive policy: there SQS would never dead-letter the message, and the group would wait.
    const reason = "no-record: there is no record of the message's job";
    log.error("there is no record of the message's job; moving the message to the dead-letter queue");
    return { kind: "not-claimed", disposition: { kind: "dead-letter", reason } };
  }
  if (change === undefined) {
    // A job is written before its message is sent, so a missing job is a defect.
    log.error("there is no record of the message's job; left the message, which SQS will dead-letter");
    return { kind: "not-claimed", disposition: { kind: "leave" } };
  }
  const disposition = dispositionFor(content, change.before, change.disposition);
  if (!change.accepted) {
    log.info({ reason: change.reason }, "skipped the message: its job needs no attempt now");
    return { kind: "not-claimed", disposition };
  }
  const { job, before } = change;
  if (job.state === "running") {
    return { kind: "claimed", job, waitedMilliseconds: waited(job, before, token) };
  }
  log.warn(
    { state: job.state, attempt: job.attempts, code: job.error?.code },
    "the job ended without another attempt: its lease had expired, and it had a cancel request or no attempt left",
  );
  return { kind: "not-claimed", disposition };
}

/** A queued job becomes claimable when it is due, a running one when its lease expires. */
function waited({ startedAt = 0 }: Job, { state, stateSince, lease }: Job, token: string): number | undefined {
  // The first claim's answer was lost, so the record before it is unknown.
  if (lease?.token === token) return undefined;
  const claimableSince = state === "running" ? (lease?.until ?? stateSince) : stateSince;
  return Math.max(0, startedAt - claimableSince);
}

/** A message may have started an earlier job of its group. Then it stays in the queue, because its own job has not ended. */
export function dispositionFor(content: JobReference, job: JobKey, disposition: Disposition): Disposition {
  if (job.jobId === content.jobId || disposition.kind === "leave" || disposition.kind === "defer") return disposition;
  return { kind: "defer", milliseconds: 0 };
}

function dispositionAfter(
  error: Error,
  { log, leaseMilliseconds }: ClaimDeps,
  { groupId }: JobReference,
  draining: AbortSignal,
): Disposition {
  log.error({ err: error }, "could not claim the job; another worker or a later receive tries again");
  // No worker can read this record, so leave the message: SQS dead-letters it. In a group the unreadable record may be that of an
  // earlier job, so the message is deferred.
  const isUnreadable = error instanceof AppError && error.code === "unreadable-record";
  if (isUnreadable && groupId === undefined) return { kind: "leave" };
  // Other errors are temporary. Defer the message, so that it is not dead-lettered.
  return { kind: "defer", milliseconds: draining.aborted ? 0 : leaseMilliseconds };
}
