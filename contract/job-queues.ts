import * as z from "zod";
import { type JobType, jobTypes } from "./job.ts";

/** A queue of job messages besides the standard one, as `MORE_QUEUES` lists it. */
export const otherQueueSchema = z.object({
  url: z.string().min(1),
  /** It has the messages of all jobs of this type, and of no others. The FIFO queue of jobs in groups has no type. */
  type: z.enum(jobTypes).optional(),
  /** Most valid leases on the type's jobs at the same time, in all workers. */
  concurrency: z.int().positive().optional(),
});

/** A queue of job messages. The standard queue has neither type nor limit. */
export interface JobQueueAddress extends Partial<Omit<z.infer<typeof otherQueueSchema>, "url">> {
  url: string;
}

/** The queues of a stack, the standard one first. */
export type JobQueues = readonly [standard: JobQueueAddress, ...others: JobQueueAddress[]];

export function jobQueues(environment: {
  QUEUE_URL: string;
  MORE_QUEUES?: readonly z.infer<typeof otherQueueSchema>[] | undefined;
}): JobQueues {
  return [{ url: environment.QUEUE_URL }, ...(environment.MORE_QUEUES ?? [])];
}

/** Whether SQS delivers the messages of a group one after the other. SQS requires the suffix. */
export function isFifo(queueUrl: string): boolean {
  return queueUrl.endsWith(".fifo");
}

/** The queue of jobs in groups, if the stack has one. */
export function orderedQueue(queues: JobQueues): JobQueueAddress | undefined {
  return queues.find(({ url }) => isFifo(url));
}

/**
 * The queue of a job's messages. It depends on the job's record alone. The table keeps the order of a group, so that its jobs may be
 * in any queue; only in the FIFO queue they do not wait for each other's leases.
 */
export function queueOf(job: { type: JobType; groupId?: string | undefined }, queues: JobQueues): JobQueueAddress {
  const [standard, ...others] = queues;
  const ordered = job.groupId === undefined ? undefined : orderedQueue(queues);
  return others.find(({ type }) => type === job.type) ?? ordered ?? standard;
}

/** The types whose jobs may run by a message of this queue. In the FIFO queue they are those of the standard one, which have no limit. */
export function typesOf(queueUrl: string, queues: JobQueues): readonly JobType[] {
  const url = isFifo(queueUrl) ? queues[0].url : queueUrl;
  return jobTypes.filter((type) => queueOf({ type }, queues).url === url);
}
