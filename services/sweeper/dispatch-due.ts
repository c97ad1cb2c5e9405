import { jobsTable } from "../../contract/jobs-table.ts";
import { limits } from "../../contract/limits.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { changeJob } from "../jobs/change-job.ts";
import type { JobKey } from "../jobs/job.ts";
import { announce } from "../jobs/machine.ts";
import type { JobStore, SendMessage } from "../jobs/ports.ts";

export interface DispatchDeps {
  store: JobStore;
  sendMessage: SendMessage;
  clock: Clock;
  log: Log;
}

/**
 * Sends the messages of jobs that are due within the longest delay of SQS, the earliest first, each with the delay until its job is
 * due. Looking 15 minutes ahead spreads a minute with very many due jobs over fifteen sweeps.
 * @param until time at which it starts no further job; the next sweep continues
 * @throws AppError `dispatch` when some messages could not be sent; the next sweep tries again
 */
export async function dispatchDue(deps: DispatchDeps, until: number): Promise<number> {
  const { store, clock, log } = deps;
  const keys = await store.listStale(jobsTable.later, clock.now() + limits.queueDelaySeconds * 1_000, mostListed);
  let sent = 0;
  let failed = 0;
  await atMostAtOnce(mostAtOnce, keys, async (key) => {
    if (clock.now() >= until) return;
    try {
      if (await dispatch(deps, key)) sent += 1;
    } catch (error) {
      failed += 1;
      log.error({ ...key, err: asError(error) }, "could not send the job's message; the next sweep tries again");
    }
  });
  if (keys.length > 0) log.info({ listed: keys.length, sent, failed }, "sent the messages of jobs that are due soon");
  if (failed > 0) throw new AppError("dispatch", `${failed} messages could not be sent; the log names their jobs.`);
  return sent;
}

/** Sends the message, then notes it in the record: after a crash in between, the job has one message more, never none. */
async function dispatch({ store, sendMessage, clock }: DispatchDeps, key: JobKey): Promise<boolean> {
  const job = await store.load(key);
  if (job === undefined || !announce(job).accepted) return false;
  await sendMessage(job, Math.max(0, job.stateSince - clock.now()));
  await changeJob(store, key, announce, job);
  return true;
}

const mostListed = 50_000;
const mostAtOnce = 32;
