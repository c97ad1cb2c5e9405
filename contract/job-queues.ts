import * as z from "zod";
import { type JobType, jobTypes } from "./job.ts";

/** A queue of job messages besides the standard one, as `MORE_QUEUES` lists it. */
export const otherQueueSchema = z.object({
  url: z.string().min(1),
  /** It has the messages of all jobs of this type, and of no others. */
  type: z.enum(jobTypes),
  /** Most valid leases on its jobs at the same time, in all workers. */
  concurrency: z.int().positive(),
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

/** The queue of a job's messages. It depends on the job's record alone. */
export function queueOf(job: { type: JobType }, [standard, ...others]: JobQueues): JobQueueAddress {
  return others.find(({ type }) => type === job.type) ?? standard;
}

/** The types whose jobs have their messages in this queue. */
export function typesOf(queueUrl: string, queues: JobQueues): readonly JobType[] {
  return jobTypes.filter((type) => queueOf({ type }, queues).url === queueUrl);
}
