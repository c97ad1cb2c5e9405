import { Readable } from "node:stream";
import { type JobContext, JobFailure } from "../../job-type.ts";

/** A handler's context that records progress and log lines, and reads uploads from memory in the given chunks. */
export function sampleContext(changes: Partial<JobContext> & { uploads?: Record<string, Uint8Array[]> } = {}) {
  const { uploads = {}, ...others } = changes;
  const reported: number[] = [];
  const lines: string[] = [];
  const context: JobContext = {
    jobId: "job-1",
    attempt: 1,
    fence: 1,
    folder: "/run",
    sharedFolder: undefined,
    signal: new AbortController().signal,
    reportProgress: (share) => reported.push(share),
    log: (text) => lines.push(text),
    async openUpload(objectKey) {
      const chunks = uploads[objectKey];
      if (chunks === undefined) throw new JobFailure("no-such-object", `There is no ${objectKey}.`, { isFinal: true });
      return { body: Readable.from(chunks), bytes: Buffer.concat(chunks).length };
    },
    ...others,
  };
  return { context, reported, lines };
}
