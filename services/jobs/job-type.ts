import type { Readable } from "node:stream";
import type { Json } from "../../contract/job.ts";

/** The context that a handler gets besides its payload. */
export interface JobContext {
  jobId: string;
  /** 1 for the first attempt. */
  attempt: number;
  /** Fencing token: rises with every start. Pass it to outside systems so that they can refuse an outdated attempt. */
  fence: number;
  /** Aborts when the job is cancelled or timed out, its lease is lost, or the worker is about to stop. */
  signal: AbortSignal;
  /** Share done, 0 to 1; shown to the owner with the next heartbeat. */
  reportProgress(share: number): void;
  /** Logs a line for the owner, shown with the next heartbeat. Long lines are cut, and only the newest are kept. */
  log(text: string): void;
  /** A folder for temporary files of this run alone; TMPDIR names it too. The worker removes it after the run. */
  folder: string;
  /**
   * The folder of the stack's shared files, which the handlers of all tasks and owners read and write; SHARED_FOLDER names it too.
   * Undefined if the stack has none.
   */
  sharedFolder: string | undefined;
  /**
   * Opens a file that the job's owner uploaded. The payload's schema must have the key as `uploadKeySchema`.
   * @throws JobFailure `no-such-object` (final) when it does not exist or is not the owner's.
   */
  openUpload(objectKey: string): Promise<{ body: Readable; bytes: number }>;
}

/** A job type's handler. Runs at least once per job, in a runner process, with a payload validated by its schema. */
export type RunJob<Payload> = (payload: Payload, context: JobContext) => Promise<Json>;

/** A failure that a handler reports, with a stable code. Final: no further attempt can help. */
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
