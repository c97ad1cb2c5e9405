import { isFinished } from "../../contract/job.ts";
import { type JobEvent, jobEventSchema } from "../../contract/job-event.ts";
import { type JobReply, jobReplySchema } from "../../contract/job-reply.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { findBefore } from "../jobs/find-turn.ts";
import type { Job } from "../jobs/job.ts";
import type { JobRecords } from "../jobs/ports.ts";
import { type EventOptions, noteEvents } from "./note-events.ts";

export interface EventDeps {
  /** Resolves when the topic has accepted the event. */
  publish(event: JobEvent): Promise<void>;
  /** Resolves when the reply queue has accepted this text, or refuses it for good. */
  reply(text: string, about: Pick<JobReply, "replyTo" | "jobId" | "correlationId">): Promise<void>;
  /** The events of a group are published in the order of its jobs. */
  isOrdered: boolean;
  log: Log;
}

/**
 * A job store that publishes the events of jobs. The write that changes the job also stores the event. The event is then published
 * and cleared from the record. If publishing fails or the process dies, the record keeps the event and the sweeper publishes it. So
 * no event is lost, and some come twice with the same id.
 */
export function createEventStore<Store extends JobRecords>(
  store: Store,
  deps: EventDeps,
  options: EventOptions,
): Store {
  return {
    ...store,
    // The claim without a read cannot tell a first attempt from a later one.
    ...(options.detail === "all" ? { claimDue: async () => undefined } : {}),
    async replace(next: Job, before: Job) {
      const noted = noteEvents(next, before, options);
      if (!(await store.replace(noted, before))) return false;
      if (noted !== next) await publishSoon(store, deps, noted);
      return true;
    },
  };
}

/** Never rejects: the change is already written, and an error here would look like a failed write. */
async function publishSoon(store: JobRecords, deps: EventDeps, job: Job): Promise<void> {
  try {
    await publishPending(store, deps, job);
  } catch (error) {
    deps.log.warn(
      { owner: job.owner, jobId: job.jobId, err: asError(error) },
      "could not publish the job's event; the sweeper publishes it after the job's end",
    );
  }
}

/**
 * Publishes the events that a record still has, then clears them. Returns their number. In a group, those that the jobs before
 * it have left come first. If one of them cannot be published, neither is this job's.
 */
export async function publishPending(
  store: Pick<JobRecords, "load" | "clearEvents">,
  deps: Omit<EventDeps, "log">,
  job: Job,
): Promise<number> {
  const earlier = deps.isOrdered && job.groupId !== undefined ? await findLeft(store, job) : [];
  let published = 0;
  for (const each of [...earlier, job]) published += await publishOf(store, deps, each);
  return published;
}

/** The jobs before it in its group whose events are not published, the earliest first. */
async function findLeft(store: Pick<JobRecords, "load">, job: Job): Promise<Job[]> {
  const left: Job[] = [];
  let before = await findBefore(store, job, Number.POSITIVE_INFINITY);
  while (before !== undefined && before !== "unsettled" && isFinished(before.state)) {
    const isLeft = (before.startEvent ?? before.endEvents) !== undefined;
    if (isLeft) left.unshift(before);
    // The events before it were published before its own.
    else if (before.position?.hasStarted) return left;
    if (left.length > mostLeft) {
      throw new AppError("events-wait", `More than ${mostLeft} jobs of group ${job.groupId} wait for their events.`);
    }
    before = await findBefore(store, before, Number.POSITIVE_INFINITY);
  }
  return left;
}

/** After a long outage of the topic the sweeper publishes the rest, the oldest first. */
const mostLeft = 20;

async function publishOf(
  store: Pick<JobRecords, "clearEvents">,
  deps: Pick<EventDeps, "publish" | "reply">,
  job: Job,
): Promise<number> {
  const pending = [...(job.startEvent === undefined ? [] : [job.startEvent]), ...(job.endEvents ?? [])];
  for (const text of pending) {
    const value = JSON.parse(text);
    if ("replyTo" in value) await deps.reply(text, jobReplySchema.parse(value));
    else await deps.publish(jobEventSchema.parse(value));
  }
  await store.clearEvents(job);
  return pending.length;
}
