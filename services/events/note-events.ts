import { createHash } from "node:crypto";
import { isFinished, type JobState } from "../../contract/job.ts";
import type { EventDetail, JobEvent } from "../../contract/job-event.ts";
import type { JobReply } from "../../contract/job-reply.ts";
import type { Job } from "../jobs/job.ts";
import { formatJobKey } from "../jobs/job-key.ts";

export interface EventOptions {
  detail: EventDetail;
  /** Address of the API; undefined where no event has a result. */
  apiUrl?: string | undefined;
}

/**
 * Adds the event of this transition to the record that is about to be written: the record and its event are stored by one write.
 * Returns the same object if the transition has no event.
 */
export function noteEvents(next: Job, before: Job | undefined, { detail, apiUrl }: EventOptions): Job {
  if (isFinished(next.state) && !(before && isFinished(before.state))) {
    const event = describeEvent(next, next.state, apiUrl);
    const ended = [
      ...(detail === "off" ? [] : [JSON.stringify(event)]),
      ...(next.replyTo === undefined ? [] : [writeReply(next, { ...event, replyTo: next.replyTo })]),
    ];
    return ended.length === 0 ? next : { ...next, endEvents: [...(next.endEvents ?? []), ...ended] };
  }
  const isStart = next.state === "running" && next.fence === 1 && before?.fence === 0;
  if (detail === "all" && isStart) {
    return { ...next, startEvent: JSON.stringify(describeEvent(next, "running", undefined)) };
  }
  return next;
}

function describeEvent(job: Job, state: JobState, apiUrl: string | undefined): JobEvent {
  const { jobId, owner, type, groupId, createdAt, startedAt, finishedAt, attempts, error } = job;
  return {
    v: 1,
    id: eventId(job, state),
    jobId,
    owner,
    type,
    ...(groupId === undefined ? {} : { groupId }),
    state,
    createdAt: isoTime(createdAt),
    ...(startedAt === undefined ? {} : { startedAt: isoTime(startedAt) }),
    ...(finishedAt === undefined ? {} : { finishedAt: isoTime(finishedAt) }),
    attempts,
    ...(error === undefined ? {} : { error }),
    ...(state === "succeeded" && apiUrl !== undefined
      ? { resultUrl: `${apiUrl}/jobs/${encodeURIComponent(jobId)}/result` }
      : {}),
  };
}

/** Inserts the result as text, because JavaScript may not represent its numbers exactly. */
function writeReply({ correlationId, result }: Job, reply: JobReply): string {
  const text = JSON.stringify({ ...reply, ...(correlationId === undefined ? {} : { correlationId }) });
  return result && "json" in result ? `${text.slice(0, -1)},"result":${result.json}}` : text;
}

/** Includes two times, because a job's id may be used again after its retention, and a job may end again after POST /jobs/{jobId}/retry. */
function eventId(job: Job, state: JobState): string {
  const parts = [formatJobKey(job), job.createdAt, state, job.stateSince];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
