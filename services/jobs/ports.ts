import type { JobState, JobType } from "../../contract/job.ts";
import type { JobMessage } from "../../contract/job-message.ts";
import type { Job, JobKey, JobReference } from "./job.ts";

/** The jobs table, as far as the state machine needs it. Reads are strongly consistent. */
export interface JobStore {
  /** Writes the job if its key is free; otherwise returns the job that has it. */
  create(job: Job): Promise<{ created: true } | { created: false; existing: Job }>;
  load(key: JobKey): Promise<Job | undefined>;
  /** Writes `next` if the record still has the version before it. False: someone else wrote first. Safe to retry. */
  replace(next: Job): Promise<boolean>;
  /** Jobs in `state` since before `sinceMilliseconds`, oldest first within each shard, at most `limit` in all. */
  listStale(state: JobState, sinceMilliseconds: number, limit: number): Promise<JobKey[]>;
  /** A page of the owner's jobs. A job stands in it soon after its creation, as it is now. */
  listOwned(owner: string, query: OwnedQuery): Promise<OwnedPage>;
}

export interface OwnedQuery {
  state?: JobState | undefined;
  type?: JobType | undefined;
  /** Only jobs behind this position. */
  before?: string | undefined;
  limit: number;
}

/** Newest first, in an order that no change of state changes. */
export interface OwnedPage {
  jobs: Job[];
  /** Where the next page begins, if there may be one; this page may then be short. */
  next?: string | undefined;
}

/** A message as it came from the queue. */
export interface ReceivedMessage {
  /** Undefined when the body is not a message this code can read. */
  content: JobMessage | undefined;
  body: string;
  /** Good for this one receipt of the message. */
  receiptHandle: string;
  messageId: string;
  /** Times the message was received, this one included. At `maxReceiveCount` it goes to the dead-letter queue. */
  receiveCount: number;
}

export interface JobQueue {
  send(subject: JobReference, delayMilliseconds: number): Promise<void>;
  /** Waits up to 20 s for up to `most` (1 to 10) messages; returns early and empty when `signal` aborts. */
  receive(most: number, signal: AbortSignal): Promise<ReceivedMessage[]>;
  delete(received: ReceivedMessage): Promise<void>;
  /** Keeps the message invisible for this long from now. */
  extend(received: ReceivedMessage, milliseconds: number): Promise<void>;
  /** Lets the message be seen again after this long; near the redrive limit a fresh message takes its place. */
  defer(received: ReceivedMessage, milliseconds: number): Promise<void>;
  /** Moves the message to the dead-letter queue with the reason. */
  deadLetter(received: ReceivedMessage, reason: string): Promise<void>;
}
