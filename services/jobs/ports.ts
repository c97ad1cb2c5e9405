import type { JobState, JobType } from "../../contract/job.ts";
import type { JobMessage } from "../../contract/job-message.ts";
import type { Job, JobKey, JobReference, Position, QueuedJob } from "./job.ts";
import type { IndexedState } from "./job-record.ts";
import type { LeaseRequest } from "./machine.ts";

/** The jobs table. Reads are strongly consistent, except where a method says otherwise. */
export interface JobStore {
  /** Writes the job if its key is unused; otherwise returns the existing job. */
  create(job: Job): Promise<{ created: true } | { created: false; existing: Job }>;
  load(key: JobKey): Promise<Job | undefined>;
  /** Like `load`, but eventually consistent, for half of the read units. */
  peek(key: JobKey): Promise<Job | undefined>;
  /**
   * Writes what differs between `before` and `next`, which is the next version, if the record still has the version of `before`;
   * false when another writer came first. Safe to retry.
   */
  replace(next: Job, before: Job): Promise<boolean>;
  /**
   * Claims the job by `machine.claim`, without a read, if it is queued, due, of one of the types and in no group. Returns the record before the claim; undefined when
   * nothing was written. Not safe to retry: the first try may have been written although its answer was lost.
   */
  claimDue(key: JobKey, lease: LeaseRequest, now: number, types: readonly JobType[]): Promise<Job | undefined>;
  /**
   * Removes the events of `job` after they were published, if the record has no other ones; otherwise does nothing. It leaves the
   * version as it is, so that a running job's lease holder can go on writing.
   */
  clearEvents(job: Job): Promise<void>;
  /**
   * Takes the next position of the job's group for the job, which the caller writes to the record then. Safe to retry: a position that
   * no record gets stays empty.
   */
  takePosition(job: JobKey & { groupId: string }): Promise<Position>;
  /** Jobs in `state` (for `later`, due) since before `sinceMilliseconds`, oldest first within each shard, at most `limit` in all. */
  listStale(state: IndexedState, sinceMilliseconds: number, limit: number): Promise<JobKey[]>;
  /** A page of the owner's jobs. The list of keys is eventually consistent, the jobs in it are current. */
  listOwned(owner: string, query: OwnedQuery): Promise<OwnedPage>;
}

/** The part of the jobs table that knows one job at a time. */
export type JobRecords = Omit<JobStore, "takePosition" | "listStale" | "listOwned">;

export interface OwnedQuery {
  state?: JobState | undefined;
  type?: JobType | undefined;
  /** Only jobs after this position. */
  before?: string | undefined;
  limit: number;
}

/** Newest first. A job keeps its place while its state changes. */
export interface OwnedPage {
  jobs: Job[];
  /** Position of the next page, if there may be one; this page may then hold fewer jobs than the limit. */
  next?: string | undefined;
}

/** A message as received from the queue. */
export interface ReceivedMessage {
  /** Undefined when the body is malformed or of a newer version. */
  content: JobMessage | undefined;
  body: string;
  /** Valid for this receive only. */
  receiptHandle: string;
  messageId: string;
  /** The queue that it came from. It is settled there. */
  queueUrl: string;
  /**
   * Receives so far, this one included. After `maxReceiveCount` of them SQS moves the message to the dead-letter queue.
   */
  receiveCount: number;
}

/** Sends a job's message to the job's queue. */
export type SendMessage = (job: QueuedJob, delayMilliseconds: number) => Promise<void>;

/** Receives the messages of one queue. */
export interface MessageSource {
  /** Long poll for up to `most` (1 to 10) messages; returns none as soon as `signal` aborts. */
  receive(most: number, signal: AbortSignal): Promise<ReceivedMessage[]>;
  /** Receives up to `most` (1 to 10) messages that are visible now, without a long poll. SQS may miss some. */
  receiveNow(most: number): Promise<ReceivedMessage[]>;
  /** Set if messages are received for free slots only. Beside other sources one may come earlier and wait for the next slot. */
  onlyForFreeSlots?: true;
}

/** A queue. It settles the messages of any queue, each in the queue that the message came from. */
export interface JobQueue extends MessageSource {
  send(subject: JobReference, delayMilliseconds: number): Promise<void>;
  /** Deletes up to 10 messages in one call. Returns those that it could not delete; it ignores outdated receipt handles. */
  deleteBatch(received: readonly ReceivedMessage[]): Promise<ReceivedMessage[]>;
  /** Sets the message's visibility timeout, counted from now. */
  extend(received: ReceivedMessage, milliseconds: number): Promise<void>;
  /** Makes the message visible again after this long. Near `maxReceiveCount`, replaces it by a new message. */
  defer(received: ReceivedMessage, milliseconds: number): Promise<void>;
  /** Moves the message to the dead-letter queue, with the reason as an attribute. */
  deadLetter(received: ReceivedMessage, reason: string): Promise<void>;
}
