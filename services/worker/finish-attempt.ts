import { changeJob } from "../jobs/change-job.ts";
import type { Job } from "../jobs/job.ts";
import {
  type Disposition,
  fail,
  handBack,
  interrupt,
  retryBackoff,
  succeed,
  type Transition,
} from "../jobs/machine.ts";
import type { JobRecords } from "../jobs/ports.ts";
import type { LeaseCover } from "./lease-renewer.ts";
import { type RetryDeps, retry } from "./retry.ts";
import type { AttemptOutcome, EndedAttempt } from "./run-attempt.ts";
import { longestCode, longestMessage } from "./runner-protocol.ts";

export interface FinishDeps extends RetryDeps {
  store: JobRecords;
  typePermit: Pick<LeaseCover, "leaseOver">;
}

/**
 * Writes the outcome of an attempt to the record, unless another worker has taken the job over. Returns the message's
 * disposition. While the store fails, retries until the lease expires.
 * @throws the store's last error; the message becomes visible again and the job is claimed again.
 */
export async function finishAttempt(
  deps: FinishDeps,
  { outcome, job, log }: EndedAttempt,
  token: string,
): Promise<Disposition> {
  // A drain does not abort this retry. It ends when the lease expires.
  const limits = { until: job.lease?.until ?? 0, signal: new AbortController().signal };
  const change = await retry(deps, "writing the attempt's outcome", limits, () =>
    changeJob(
      deps.store,
      job,
      (current) => applyOutcome(deps, outcome, { ...current, log: log ?? current.log }, token),
      job,
    ),
  );
  // The change was accepted or refused. In both cases the record has no lease of this worker now.
  deps.typePermit.leaseOver();
  if (!change?.accepted) {
    deps.log.warn(
      { outcome: outcome.kind, reason: change?.reason ?? "no such job" },
      "did not write the attempt's outcome: the job is no longer this worker's",
    );
    return change?.disposition ?? { kind: "leave" };
  }
  const { state, startedAt, attempts } = change.job;
  const milliseconds = deps.clock.now() - (startedAt ?? 0);
  const code = outcome.kind === "failed" ? outcome.code : undefined;
  const reason = outcome.kind === "interrupted" ? outcome.message : undefined;
  deps.log.info({ outcome: outcome.kind, code, reason, state, attemptsUsed: attempts, milliseconds }, "attempt ended");
  return change.disposition;
}

function applyOutcome({ clock, random }: FinishDeps, outcome: AttemptOutcome, job: Job, token: string): Transition {
  const now = clock.now();
  switch (outcome.kind) {
    case "succeeded":
      return succeed(job, token, outcome.result, now);
    case "handed-back":
      return handBack(job, token, now);
    case "interrupted": {
      const error = { code: "interrupted", message: outcome.message };
      return interrupt(job, token, error, { ...retryBackoff(job), random: random() }, now);
    }
    case "failed": {
      const { code, message, isFinal } = outcome;
      const error = { code: code.slice(0, longestCode), message: message.slice(0, longestMessage), isFinal };
      return fail(job, token, error, { ...retryBackoff(job), random: random() }, now);
    }
  }
}
