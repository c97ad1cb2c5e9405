import type { SQSClient } from "@aws-sdk/client-sqs";
import type { JobQueues } from "../../contract/job-queues.ts";
import { createQueueCounter, sumQueueCounts } from "../../runtime/queue-counts.ts";
import type { JobCounts } from "./collect-sample.ts";

/** Counts the messages of all queues. Fails if one cannot be read. */
export async function countJobs(queues: JobQueues, client: Pick<SQSClient, "send">): Promise<JobCounts> {
  const counts = await Promise.all(queues.map(({ url }) => createQueueCounter({ client, queueUrl: url })()));
  const limited = queues.flatMap(({ concurrency: limit }, index) => {
    const { visible: visibleJobs = 0, inFlight: jobsInFlight = 0 } = counts[index] ?? {};
    return limit === undefined ? [] : [{ visibleJobs, jobsInFlight, limit }];
  });
  return { ...sumQueueCounts(counts), ...(limited.length > 0 && { limited }) };
}
