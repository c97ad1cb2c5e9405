import type { ApiClient } from "./api-client.ts";
import type { Finished } from "./follow-jobs.ts";
import { forEachConcurrently } from "./for-each-concurrently.ts";

/** Jobs that take their time and do nothing with it. */
export interface SlowJobs {
  count: number;
  milliseconds: number;
}

const requestsAtOnce = 16;

/** Sends them, each under a name of its own. */
export async function sendSlowJobs(
  api: Pick<ApiClient, "submitJob">,
  { count, milliseconds }: SlowJobs,
): Promise<{ jobId: string }[]> {
  const sent = Array.from({ length: count }, (_, index) => ({ jobId: `slow-${String(index + 1).padStart(4, "0")}` }));
  await forEachConcurrently(sent, requestsAtOnce, ({ jobId }) =>
    api.submitJob({ jobId, type: "echo", payload: { sleepMs: milliseconds } }),
  );
  return sent;
}

/** A sentence for each that did not succeed. */
export function checkSlowJobs(finished: readonly Finished<{ jobId: string }>[]): string[] {
  return finished
    .filter(({ job }) => job.state !== "succeeded")
    .map(({ jobId, job }) => `${jobId}: expected it to succeed; it ${job.state} (${job.error?.code ?? "no error"})`);
}
