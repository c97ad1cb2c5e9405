/** A job's request body, with any value of the caller's. */
export interface PackedJob<About> {
  text: string;
  about: About;
}

/** Divides jobs into batches, in order. Each batch is as large as the limits on jobs and body bytes allow. */
export function packJobs<About>(
  jobs: readonly PackedJob<About>[],
  limits: { jobs: number; bytes: number },
): PackedJob<About>[][] {
  const batches: PackedJob<About>[][] = [];
  let free = 0;
  for (const job of jobs) {
    const bytes = Buffer.byteLength(job.text) + separatorBytes;
    const last = batches.at(-1);
    if (last !== undefined && last.length < limits.jobs && bytes <= free) {
      last.push(job);
      free -= bytes;
    } else {
      batches.push([job]);
      free = limits.bytes - envelopeBytes - bytes;
    }
  }
  return batches;
}

/** The body of POST /jobs/batch. */
export function batchBody(jobs: readonly PackedJob<unknown>[]): string {
  return `{"jobs":[${jobs.map(({ text }) => text).join(",")}]}`;
}

const separatorBytes = 1;
const envelopeBytes = batchBody([]).length;
