import type { Readable } from "node:stream";
import type { Json } from "../../contract/job.ts";

/** What a running handler knows of its job and may do. */
export interface JobContext {
  jobId: string;
  /** 1 for the first start. */
  attempt: number;
  /** Rises with every start; hand it to outside systems so that they can refuse an older, cut-off attempt. */
  fence: number;
  /** Aborts when the job is cancelled, timed out, cut off from its lease, or the worker must go. */
  signal: AbortSignal;
  /** Share done, 0 to 1; shown to the owner with the next heartbeat. */
  reportProgress(share: number): void;
  /** Writes a line for the owner: cut to length, shown with the next heartbeat, the newest of them kept. */
  log(text: string): void;
  /**
   * Opens an object that the job's owner uploaded.
   * @throws JobFailure `no-such-object` (final) when it does not exist or is not the owner's.
   */
  openUpload(objectKey: string): Promise<{ body: Readable; bytes: number }>;
}

/** A job type's work. Runs at least once, outside the worker's main process, with a payload its schema has accepted. */
export type RunJob<Payload> = (payload: Payload, context: JobContext) => Promise<Json>;

/** A failure a handler means: with a code for machines, and final when no further attempt can help. */
export class JobFailure extends Error {
  override readonly name = "JobFailure";
  readonly code: string;
  readonly isFinal: boolean;

  constructor(code: string, message: string, options: { isFinal: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = code;
    this.isFinal = options.isFinal;
  }
}
