import type { CallOptions } from "../../client/exchange.ts";
import type { JobClient } from "../../client/job-client.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import type { Finished } from "./follow-jobs.ts";

/** Jobs that only wait. */
export interface SlowJobs {
  count: number;
  milliseconds: number;
}

const requestsAtOnce = 16;

/** Sends the jobs, each with an id of its own. */
export async function sendSlowJobs(
  jobs: Pick<JobClient, "submit">,
  { count, milliseconds }: SlowJobs,
  options: CallOptions = {},
): Promise<{ jobId: string }[]> {
  const sent = Array.from({ length: count }, (_, index) => ({ jobId: `slow-${String(index + 1).padStart(4, "0")}` }));
  await atMostAtOnce(requestsAtOnce, sent, async ({ jobId }) => {
    await jobs.submit({ jobId, type: "echo", payload: { sleepMs: milliseconds } }, options);
  });
  return sent;
}

/** One sentence for each job that did not succeed. */
export function checkSlowJobs(finished: readonly Finished<{ jobId: string }>[]): string[] {
  return finished
    .filter(({ job }) => job.state !== "succeeded")
    .map(({ jobId, job }) => `${jobId}: expected succeeded; came ${job.state} (${job.error?.code ?? "no error"})`);
}
