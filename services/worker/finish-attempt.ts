import { changeJob } from "../jobs/change-job.ts";
import type { Job } from "../jobs/job.ts";
import { type Disposition, fail, handBack, type RetryPolicy, succeed, type Transition } from "../jobs/machine.ts";
import type { JobStore } from "../jobs/ports.ts";
import { type PersistDeps, persist } from "./persist.ts";
import type { AttemptEnd, Ending } from "./run-attempt.ts";

export interface FinishDeps extends PersistDeps {
  store: JobStore;
}

/**
 * Writes an attempt's end to the record, unless someone else has taken the job, and says what to do with the message.
 * While the store fails it is asked again, until the lease is over.
 * @throws whatever the store threw last; the message comes back, and the job is claimed anew.
 */
export async function finishAttempt(
  deps: FinishDeps,
  { ending, job, log }: AttemptEnd,
  token: string,
): Promise<Disposition> {
  const limits = { until: job.lease?.until ?? 0, signal: neverAborted };
  const transition = await persist(deps, "writing the end of the attempt", limits, () =>
    changeJob(
      deps.store,
      job,
      (current) => applyEnding(deps, ending, { ...current, log: log ?? current.log }, token),
      job,
    ),
  );
  if (!transition?.accepted) {
    deps.log.warn({ ending: ending.kind, reason: transition?.reason ?? "no such job" }, "end of the attempt refused");
    return transition?.disposition ?? { kind: "leave" };
  }
  const { state, startedAt, attempts } = transition.job;
  const milliseconds = deps.clock.now() - (startedAt ?? 0);
  const code = ending.kind === "failed" ? ending.code : undefined;
  deps.log.info({ ending: ending.kind, code, state, attemptsUsed: attempts, milliseconds }, "attempt ended");
  return transition.disposition;
}

const neverAborted = new AbortController().signal;

const retryPolicy: RetryPolicy = { baseMilliseconds: 1_000, capMilliseconds: 60_000 };

function applyEnding({ clock, random }: FinishDeps, ending: Ending, job: Job, token: string): Transition {
  const now = clock.now();
  switch (ending.kind) {
    case "succeeded":
      return succeed(job, token, ending.result, now);
    case "handed-back":
      return handBack(job, token, now);
    case "failed": {
      const { code, message, isFinal } = ending;
      const error = { code: code.slice(0, longestCode), message: message.slice(0, longestMessage), isFinal };
      return fail(job, token, error, { ...retryPolicy, random: random() }, now);
    }
  }
}

/** A handler chooses the words, but the record has room for 400 KB in all, and the message's reason for less. */
const longestCode = 100;
const longestMessage = 2_000;
