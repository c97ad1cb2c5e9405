import { isFinished } from "../../contract/job.ts";
import type { Job } from "./job.ts";
import type { JobStore } from "./ports.ts";

export type Turn =
  /** The first unfinished job of the group, up to the given one. */
  | { kind: "turn"; job: Job }
  /** A job before it has a position, and perhaps no record yet. */
  | { kind: "unsettled" };

/**
 * Finds the job of a group whose turn it is. Mostly that is the given one: the job before it has started and finished, so that all
 * jobs before that one have finished too. If messages were lost, or the job before it was cancelled, it looks further back.
 *
 * The answer stays true: a finished job that is retried by hand gets a new position behind all others.
 */
export async function findTurn(store: Pick<JobStore, "load">, job: Job, now: number): Promise<Turn> {
  let turn = job;
  for (let current = job; ; ) {
    const before = await findBefore(store, current, now);
    if (before === "unsettled") return { kind: "unsettled" };
    if (before === undefined) return { kind: "turn", job: turn };
    if (!isFinished(before.state)) turn = before;
    else if (before.position?.hasStarted) return { kind: "turn", job: turn };
    current = before;
  }
}

/**
 * The nearest job before this one that still has its position there. A position is empty if its process died before it wrote the record, if
 * its job was retried by hand, or if its job finished so long ago that its record has expired.
 */
export async function findBefore(
  store: Pick<JobStore, "load">,
  { owner, groupId, position }: Job,
  now: number,
): Promise<Job | "unsettled" | undefined> {
  for (const [index, jobId] of (position?.earlier ?? []).entries()) {
    const number = Number(position?.number) - 1 - index;
    const found = await store.load({ owner, jobId });
    const foundNumber = found?.groupId === groupId ? found?.position?.number : undefined;
    if (foundNumber === number) return found;
    // A larger number: the job has moved on, so that nobody will write this position any more.
    if ((foundNumber ?? 0) < number && now < Number(position?.settledAt)) return "unsettled";
  }
  return undefined;
}
