import type { JobState, JobType, Json } from "../../contract/job.ts";

/** Whose job, and which. Ids of different owners never meet. */
export interface JobKey {
  owner: string;
  jobId: string;
}

/** What a message says: which job, and the trace it belongs to. */
export interface JobReference extends JobKey {
  traceparent?: string | undefined;
}

/** A value that stands in the record, or in the bucket when it is too large for that. */
export type Stored = { inline: Json } | { objectKey: string };

/** An attempt's time-limited, fenced right to the job. */
export interface Lease {
  /** Known to the holder only; a heartbeat or finish without it is refused. */
  token: string;
  /** Milliseconds since the epoch. */
  until: number;
}

/** Why an attempt, or the job, failed. */
export interface JobError {
  code: string;
  message: string;
}

/** What a handler said, and when. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  at: number;
  text: string;
}

/** The truth about a job: one item of the jobs table. Times are milliseconds since the epoch. */
export interface Job extends JobKey {
  schemaVersion: 1;
  type: JobType;
  payload: Stored;
  /** Tells a repeated request from another request with the same id. */
  requestHash: string;
  state: JobState;
  /** When the job entered its state; for a queued job, when its latest message falls due. */
  stateSince: number;
  createdAt: number;
  /** Starts that count. A hand-back gives its start back. */
  attempts: number;
  maxAttempts: number;
  /** Rises with every lease; what a handler passes on so that others can refuse an older holder. */
  fence: number;
  lease?: Lease | undefined;
  /** Of the latest start. */
  startedAt?: number | undefined;
  finishedAt?: number | undefined;
  /** Share done, 0 to 1, as the handler last said. */
  progress?: number | undefined;
  /** The newest lines of its handler, of all attempts; none where it said nothing. */
  log?: LogLine[] | undefined;
  result?: Stored | undefined;
  /** Of the latest failed attempt. */
  error?: JobError | undefined;
  cancelRequestedAt?: number | undefined;
  /** W3C trace context of the request that made the job; all its attempts belong to this trace. */
  traceparent?: string | undefined;
  /** Rises with every write; each write names the version it follows. */
  version: number;
}
