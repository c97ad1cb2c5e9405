import { limits } from "../../contract/limits.ts";
import { unlessAborted } from "../../runtime/deadline.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Artifacts, LocalJson } from "../jobs/artifacts.ts";
import type { HandlerReport, Job, JobError, LogLine, Stored } from "../jobs/job.ts";
import { type ClaimedJob, type LeaseRenewer, type LeaseRenewerDeps, startLeaseRenewer } from "./lease-renewer.ts";
import { type RetryDeps, retry } from "./retry.ts";
import type { RunFolder, RunFolders } from "./run-folders.ts";
import type { RunnerPool } from "./runner-pool.ts";
import type { HandlerOutcome } from "./runner-protocol.ts";
import { type StopReason, StopRequests } from "./stop-requests.ts";

export interface AttemptDeps extends LeaseRenewerDeps, RetryDeps {
  artifacts: Pick<Artifacts, "fetch" | "keepResult">;
  folders: Pick<RunFolders, "create">;
  runners: Pick<RunnerPool, "start">;
  /** Largest result. */
  resultBytes: number;
  /** Timeout of an attempt, unless its job sets a shorter one. */
  jobTimeoutMilliseconds: number;
  /** Time a handler has to clean up before its job is handed back. */
  handBackGraceMilliseconds: number;
}

/** Outcome of an attempt, not yet written to the record. */
export type AttemptOutcome =
  | { kind: "succeeded"; result: Stored }
  | ({ kind: "failed"; isFinal: boolean } & JobError)
  | { kind: "handed-back" }
  /** The handler's process was killed, but not by its worker and not for its memory use. */
  | { kind: "interrupted"; message: string };

/** Another worker may hold the job now, and nothing more may be written. */
type Lost = { kind: "lost" };

export interface EndedAttempt {
  kind: "ended";
  outcome: AttemptOutcome;
  /** The record as last written. */
  job: Job;
  /** The newest log lines of all attempts; undefined if there are none, or the handler did not run. */
  log: LogLine[] | undefined;
}

/** Runs the handler while the lease is renewed. Stores a large result in the bucket and returns a small one as JSON text. */
export async function runAttempt(
  deps: AttemptDeps,
  claimed: ClaimedJob,
  handBack: AbortSignal,
): Promise<EndedAttempt | Lost> {
  const stops = new StopRequests();
  const cancelTimeout = deps.clock.after(timeoutMilliseconds(deps, claimed.job), () => stops.add("timed-out"));
  const ignoreHandBack = onAbort(handBack, () => stops.add("handed-back"));
  const renewer = startLeaseRenewer(deps, claimed, {
    onCancelRequested: () => stops.add("cancelled"),
    onLost: () => stops.add("lost"),
  });
  let folder: RunFolder | undefined;
  try {
    folder = deps.folders.create();
    const handled = await runHandler(deps, claimed.job, folder.path, stops, renewer);
    cancelTimeout();
    const outcome = await conclude(deps, claimed.job, handled.outcome, stops);
    // The final write expects the record's latest version, so wait for the last heartbeat.
    const job = await renewer.stop();
    if (job === undefined || outcome.kind === "lost") return { kind: "lost" };
    return { kind: "ended", outcome, job, log: handled.log };
  } finally {
    cancelTimeout();
    ignoreHandBack();
    await Promise.all([renewer.stop(), folder?.remove()]);
  }
}

async function runHandler(
  deps: AttemptDeps,
  job: Job,
  folder: string,
  stops: StopRequests,
  renewer: LeaseRenewer,
): Promise<{ outcome: HandlerOutcome; log: LogLine[] | undefined }> {
  const fetched = await fetchPayload(deps, job, folder, stops.signal);
  if (fetched.kind === "failure") return { outcome: fetched, log: undefined };
  const { owner, jobId, type, attempts, fence } = job;
  const run = deps.runners.start({ owner, jobId, type, attempt: attempts, fence, payload: fetched.payload, folder });
  const report = (): HandlerReport => ({ progress: run.progress(), log: newestLines(job.log, run.log()) });
  renewer.include(report);
  stops.listen((reason) => run.stop(graceMilliseconds(deps, reason)));
  const outcome = await run.outcome;
  return { outcome, log: report().log };
}

/** Keeps the log lines of earlier attempts, which may explain failures. */
function newestLines(earlier: LogLine[] = [], latest: LogLine[]): LogLine[] | undefined {
  const lines = [...earlier, ...latest];
  return lines.length === 0 ? undefined : lines.slice(-limits.logLines);
}

type FetchedPayload = { kind: "payload"; payload: LocalJson } | Extract<HandlerOutcome, { kind: "failure" }>;

/** If S3 fails, retries for one lease, because an outage is not the job's fault. */
async function fetchPayload(
  deps: AttemptDeps,
  job: Job,
  folder: string,
  stopped: AbortSignal,
): Promise<FetchedPayload> {
  const window = { until: deps.clock.now() + deps.leaseMilliseconds, signal: stopped };
  const fetch = retry(deps, "fetching the payload", window, () => deps.artifacts.fetch(job.payload, folder));
  try {
    const stoppedError = () => new AppError("stopped", "The attempt was stopped before its handler ran.");
    return { kind: "payload", payload: await unlessAborted(stopped, fetch, stoppedError) };
  } catch (error) {
    // A missing object stays missing, so the failure is final.
    const isGone = error instanceof AppError && error.code === "missing-artifact";
    const code = isGone ? "payload-missing" : "payload-unavailable";
    return { kind: "failure", code, message: asError(error).message, isFinal: isGone };
  }
}

/** Timeout of the attempt. The stack's timeout may have become shorter than the job's since the job was accepted; the shorter one applies. */
function timeoutMilliseconds({ jobTimeoutMilliseconds }: AttemptDeps, { timeoutSeconds = Infinity }: Job): number {
  return Math.min(jobTimeoutMilliseconds, timeoutSeconds * 1_000);
}

function onAbort(signal: AbortSignal, callback: () => void): () => void {
  signal.addEventListener("abort", callback);
  if (signal.aborted) callback();
  return () => signal.removeEventListener("abort", callback);
}

/** Time between the abort signal and SIGKILL. Zero if the lease is lost, so that two attempts do not overlap. */
function graceMilliseconds(deps: AttemptDeps, reason: StopReason): number {
  if (reason === "lost") return 0;
  return reason === "handed-back" ? deps.handBackGraceMilliseconds : abortGraceMilliseconds;
}

const abortGraceMilliseconds = 5_000;

/** The outcome of the attempt. A stop request takes precedence: the handler may have returned a partial result. */
async function conclude(
  deps: AttemptDeps,
  job: Job,
  answer: HandlerOutcome,
  stops: StopRequests,
): Promise<AttemptOutcome | Lost> {
  if (stops.reason) return stoppedOutcome(deps, job, stops.reason);
  if (answer.kind === "interrupted") return answer;
  if (answer.kind === "failure") return { ...answer, kind: "failed" };
  try {
    const window = { until: deps.clock.now() + deps.leaseMilliseconds, signal: stops.signal };
    const keep = () => deps.artifacts.keepResult(job, job.fence, answer.result, deps.resultBytes);
    return { kind: "succeeded", result: await retry(deps, "storing the result", window, keep) };
  } catch (error) {
    if (stops.reason) return stoppedOutcome(deps, job, stops.reason);
    const code = error instanceof AppError ? error.code : "result-not-kept";
    return failed(code, `The result could not be stored: ${asError(error).message}`);
  }
}

function stoppedOutcome(deps: AttemptDeps, job: Job, reason: StopReason): AttemptOutcome | Lost {
  switch (reason) {
    case "lost":
      return { kind: "lost" };
    case "handed-back":
      return { kind: "handed-back" };
    case "cancelled":
      // The record has a cancel request, so `fail` ends the job as cancelled.
      return failed("cancelled", "The owner cancelled the job.");
    case "timed-out":
      return failed("timed-out", `The attempt took longer than ${timeoutMilliseconds(deps, job) / 1000} seconds.`);
  }
}

function failed(code: string, message: string): AttemptOutcome {
  return { kind: "failed", code, message, isFinal: false };
}
