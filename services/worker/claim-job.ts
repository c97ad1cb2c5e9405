import { AppError, asError } from "../../runtime/errors.ts";
import { changeJob } from "../jobs/change-job.ts";
import type { Job, JobKey } from "../jobs/job.ts";
import { claim, type Disposition, heartbeat, type Transition } from "../jobs/machine.ts";
import type { JobStore } from "../jobs/ports.ts";
import { type PersistDeps, persist } from "./persist.ts";

export interface ClaimDeps extends PersistDeps {
  store: JobStore;
  leaseMilliseconds: number;
}

/** The job to work on, or what to do with its message when there is nothing to work on. */
export type Claim = { job: Job; waitedMilliseconds: number } | { job?: undefined; disposition: Disposition };

/** Begins an attempt at the job, if it is due and free. While the store fails it is asked again, for half a lease. */
export async function claimJob(deps: ClaimDeps, key: JobKey, token: string, draining: AbortSignal): Promise<Claim> {
  if (draining.aborted) return { disposition: { kind: "defer", milliseconds: 0 } };
  const { store, clock, log, leaseMilliseconds } = deps;
  const limits = { until: clock.now() + leaseMilliseconds / 2, signal: draining };
  const lease = { token, milliseconds: leaseMilliseconds };
  let transition: Transition | undefined;
  let freeSince = clock.now();
  try {
    transition = await persist(deps, "claiming the job", limits, () =>
      changeJob(store, key, (job) => {
        if (job.lease?.token !== token) freeSince = whenFree(job);
        return claimOnce(job, lease, clock.now());
      }),
    );
  } catch (error) {
    return { disposition: dispositionAfter(asError(error), deps, draining) };
  }
  if (transition === undefined) {
    // Left to the redrive policy: a job is recorded before its message is sent, so that someone should look at this one.
    log.error("message of a job that does not exist");
    return { disposition: { kind: "leave" } };
  }
  if (!transition.accepted) {
    log.info({ reason: transition.reason }, "nothing to do for the message");
    return { disposition: transition.disposition };
  }
  const { job, disposition } = transition;
  if (job.state === "running") return { job, waitedMilliseconds: Math.max(0, (job.startedAt ?? 0) - freeSince) };
  log.warn({ state: job.state, attempt: job.attempts, code: job.error?.code }, "job ended by its claim");
  return { disposition };
}

/** A claim whose answer was lost may have been written: then the job is ours already, and a second start would be one too many. */
function claimOnce(job: Job, lease: { token: string; milliseconds: number }, now: number): Transition {
  return job.lease?.token === lease.token ? heartbeat(job, lease, {}, now) : claim(job, lease, now);
}

/** When someone could have begun: a queued job when it fell due, a running one when its lease was over. */
function whenFree({ state, stateSince, lease }: Job): number {
  return state === "running" ? (lease?.until ?? stateSince) : stateSince;
}

function dispositionAfter(error: Error, { log, leaseMilliseconds }: ClaimDeps, draining: AbortSignal): Disposition {
  log.error({ err: error }, "job could not be claimed");
  // No worker can read it: the redrive policy brings it to someone who can look.
  if (error instanceof AppError && error.code === "unreadable-record") return { kind: "leave" };
  // All else passes - a newer worker takes over, the store comes back - and must not use up the message's receives.
  return { kind: "defer", milliseconds: draining.aborted ? 0 : leaseMilliseconds };
}
