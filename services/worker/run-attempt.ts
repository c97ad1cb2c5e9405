import type { Json } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Artifacts } from "../jobs/artifacts.ts";
import type { Job, JobError, LogLine, Stored } from "../jobs/job.ts";
import { type Claimed, type LeaseRenewerDeps, startLeaseRenewer } from "./lease-renewer.ts";
import { type PersistDeps, persist } from "./persist.ts";
import type { Run } from "./run.ts";
import type { RunnerPool } from "./runner-pool.ts";
import type { RunOutcome } from "./runner-protocol.ts";
import { type StopReason, Stops } from "./stops.ts";

export interface AttemptDeps extends LeaseRenewerDeps, PersistDeps {
  artifacts: Pick<Artifacts, "read" | "keepResult">;
  runners: Pick<RunnerPool, "start">;
  /** Longest run of one attempt. */
  jobTimeoutMilliseconds: number;
  /** What a handler has for tidying up when its job is about to be handed back. */
  handBackGraceMilliseconds: number;
}

/** How an attempt ended here; the record does not know it yet. */
export type Ending =
  | { kind: "succeeded"; result: Stored }
  | ({ kind: "failed"; isFinal: boolean } & JobError)
  | { kind: "handed-back" };

export interface AttemptEnd {
  ending: Ending;
  /** As last written. */
  job: Job;
  /** What its handlers said last, this one's last words included. */
  log: LogLine[] | undefined;
}

/**
 * Runs the handler while the heart beats, and keeps its result where it belongs. Returns how it ended and the job as last
 * written, or undefined when the job is no longer ours.
 */
export async function runAttempt(
  deps: AttemptDeps,
  claimed: Claimed,
  handBack: AbortSignal,
): Promise<AttemptEnd | undefined> {
  const stops = new Stops();
  const onHandBack = () => stops.add("handed-back");
  handBack.addEventListener("abort", onHandBack);
  if (handBack.aborted) onHandBack();
  const cancelTimeout = deps.clock.after(deps.jobTimeoutMilliseconds, () => stops.add("timed-out"));
  let run: Run | undefined;
  const heart = startLeaseRenewer(deps, claimed, {
    said: () => ({ progress: run?.progress(), log: logOf(claimed.job, run) }),
    cancelRequested: () => stops.add("cancelled"),
    lost: () => stops.add("lost"),
  });

  try {
    const outcome = await perform(deps, claimed.job, stops, (started) => {
      run = started;
    });
    cancelTimeout();
    const ending = await conclude(deps, claimed.job, outcome, stops);
    // The last beat must have landed before the finish is written, which goes by the same version of the record.
    const job = await heart.stop();
    return job && ending && { ending, job, log: logOf(claimed.job, run) };
  } finally {
    cancelTimeout();
    handBack.removeEventListener("abort", onHandBack);
    await heart.stop();
  }
}

/** The newest lines of all attempts: why an earlier one failed may be among them. */
function logOf({ log: earlier = [] }: Job, run: Run | undefined): LogLine[] | undefined {
  const lines = [...earlier, ...(run?.log() ?? [])];
  return lines.length === 0 ? undefined : lines.slice(-limits.logLines);
}

async function perform(deps: AttemptDeps, job: Job, stops: Stops, onStart: (run: Run) => void): Promise<RunOutcome> {
  let payload: Json;
  try {
    payload = await readPayload(deps, job, stops.signal);
  } catch (error) {
    return payloadFailure(error);
  }
  const { owner, jobId, type, attempts, fence } = job;
  const run = deps.runners.start({ owner, jobId, type, attempt: attempts, fence, payload });
  onStart(run);
  stops.follow((reason) => run.stop(graceMilliseconds(deps, reason)));
  return run.outcome;
}

/** A bucket that is away is no fault of the job, so that it is asked for as long as a lease lasts. */
async function readPayload(deps: AttemptDeps, job: Job, stopped: AbortSignal): Promise<Json> {
  const limits = { until: deps.clock.now() + deps.leaseMilliseconds, signal: stopped };
  const read = persist(deps, "reading the payload", limits, () => deps.artifacts.read(job.payload));
  return unlessAborted(stopped, read);
}

function unlessAborted<Value>(signal: AbortSignal, call: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(new AppError("stopped", "The attempt was stopped before its handler ran."));
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  return Promise.race([promise, call]).finally(() => signal.removeEventListener("abort", onAbort));
}

function payloadFailure(error: unknown): RunOutcome {
  const { message } = asError(error);
  // What the bucket no longer has no later attempt will find.
  const isGone = error instanceof AppError && error.code === "missing-artifact";
  return { kind: "failure", code: isGone ? "payload-missing" : "payload-unavailable", message, isFinal: isGone };
}

/** A handler may notice that it is aborted and tidy up, but not where another may hold its job already. */
function graceMilliseconds(deps: AttemptDeps, reason: StopReason): number {
  if (reason === "lost") return 0;
  return reason === "handed-back" ? deps.handBackGraceMilliseconds : abortGraceMilliseconds;
}

const abortGraceMilliseconds = 5_000;

/** An outcome that came after the handler was told to stop may be half of one, and does not count. */
async function conclude(deps: AttemptDeps, job: Job, outcome: RunOutcome, stops: Stops): Promise<Ending | undefined> {
  if (stops.reason) return stoppedEnding(deps, stops.reason);
  if (outcome.kind === "failure") return { ...outcome, kind: "failed" };
  try {
    const limits = { until: deps.clock.now() + deps.leaseMilliseconds, signal: stops.signal };
    const keep = () => deps.artifacts.keepResult(job, job.fence, outcome.result);
    return { kind: "succeeded", result: await persist(deps, "keeping the result", limits, keep) };
  } catch (error) {
    if (stops.reason) return stoppedEnding(deps, stops.reason);
    return failed("result-not-kept", `The result could not be kept: ${asError(error).message}`);
  }
}

function stoppedEnding(deps: AttemptDeps, reason: StopReason): Ending | undefined {
  switch (reason) {
    case "lost":
      return undefined;
    case "handed-back":
      return { kind: "handed-back" };
    case "cancelled":
      // The record holds the request, which makes this failure a cancellation.
      return failed("cancelled", "Its owner cancelled the job.");
    case "timed-out":
      return failed("timed-out", `The attempt took longer than ${deps.jobTimeoutMilliseconds / 1000} seconds.`);
  }
}

function failed(code: string, message: string): Ending {
  return { kind: "failed", code, message, isFinal: false };
}
