import type { JobState, JobType } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";

/** A job's identity. Two owners may use the same jobId. */
export interface JobKey {
  owner: string;
  jobId: string;
}

/** The content of a job's message: its identity, its trace and its group. */
export interface JobReference extends JobKey {
  traceparent?: string | undefined;
  /** Jobs of one owner with the same group are done one after the other. */
  groupId?: string | undefined;
}

/** A job that gets a message. Its record chooses the queue: `queueOf`. */
export type QueuedJob = JobReference & Pick<Job, "type">;

/**
 * A value as JSON text in the record, or in the artifacts bucket when it is too large for that. The worker never parses it:
 * values can take many times the memory of their text.
 */
export type Stored = { json: string } | { objectKey: string };

/** Keeps a JSON text in UTF-8 in the record; undefined if it is too large for that. */
export function keepInline(text: Uint8Array): Stored | undefined {
  return text.length <= limits.inlineBytes ? { json: Buffer.from(text).toString("utf8") } : undefined;
}

/** An attempt's time-limited, exclusive right to the job. */
export interface Lease {
  /** Known only to the lease holder; a heartbeat or finish without it is refused. */
  token: string;
  /** Milliseconds since the epoch. */
  until: number;
}

/** Why an attempt, or the job, failed. */
export interface JobError {
  code: string;
  message: string;
}

/** A line that a handler logged for the job's owner. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  at: number;
  text: string;
}

/** The values that a handler has reported so far. */
export interface HandlerReport {
  /** Share done, 0 to 1. */
  progress: number | undefined;
  /** The newest log lines. */
  log: LogLine[] | undefined;
}

/** How a job ended before it was retried by hand. */
export interface EarlierRun {
  state: "failed" | "cancelled";
  attempts: number;
  finishedAt: number;
  error?: JobError | undefined;
}

/** A job's position in the order of its group. */
export interface Position {
  /** Rises with each position of the group. */
  number: number;
  /** Ids of the jobs that took the positions before it, the nearest one first. */
  earlier: string[];
  /** From this time on, each of those jobs has its position in its record, or the process that took it for the job has died. */
  settledAt: number;
  /** A first attempt has started at this position. */
  hasStarted?: true | undefined;
}

/**
 * A job's record: one item of the jobs table, and the only truth about the job. Times are milliseconds since the epoch.
 */
export interface Job extends JobKey {
  schemaVersion: 1;
  type: JobType;
  payload: Stored;
  /** Tells a repeated request from another request with the same id. */
  requestHash: string;
  state: JobState;
  /** When the job entered its state; for a queued job, when it is due and its latest message visible. */
  stateSince: number;
  /** The job has no message yet. The sweeper sends it before the job is due. */
  unsent?: true | undefined;
  createdAt: number;
  /** Attempts started so far, without those that were handed back and the first `maxAttempts - 1` that were interrupted. */
  attempts: number;
  maxAttempts: number;
  /** Longest run of one attempt; undefined for the stack's. */
  timeoutSeconds?: number | undefined;
  /** Longest wait after the first failed attempt; undefined for one second. */
  retryDelaySeconds?: number | undefined;
  /** Jobs of one owner with the same group are done one after the other, in the order of their positions. */
  groupId?: string | undefined;
  position?: Position | undefined;
  /** Attempts that ended because their worker or process died; undefined for none. */
  interruptions?: number | undefined;
  /** Fencing token: rises with every lease, so that outside systems can refuse an earlier lease holder. */
  fence: number;
  lease?: Lease | undefined;
  /** Start of the latest attempt. */
  startedAt?: number | undefined;
  finishedAt?: number | undefined;
  /** Share done, 0 to 1, as the handler last reported it. */
  progress?: number | undefined;
  /** The newest log lines of all attempts; undefined when the handler logged nothing. */
  log?: LogLine[] | undefined;
  result?: Stored | undefined;
  /** Why the latest failed attempt failed. */
  error?: JobError | undefined;
  cancelRequestedAt?: number | undefined;
  /** Ends before retries by hand, the newest ones. */
  earlierRuns?: EarlierRun[] | undefined;
  /** Name of the queue that the job's end is sent to, and the request's mark for it. */
  replyTo?: string | undefined;
  correlationId?: string | undefined;
  /** W3C trace context of the request that created the job; all attempts belong to this trace. */
  traceparent?: string | undefined;
  /** Id of the trace that the caller's request belonged to; a link, not the job's trace. */
  callerTraceId?: string | undefined;
  /** Event of the job's start, as JSON, until it is published. */
  startEvent?: string | undefined;
  /** Events of the job's ends and replies to its requester, as JSON, until they are published. */
  endEvents?: string[] | undefined;
  /** Rises with every write. A write succeeds only on the version before it (optimistic locking). */
  version: number;
}
