import * as z from "zod";

/**
 * Version of the message format. Increase it when older workers cannot read new messages. A worker leaves messages of a newer
 * version to newer workers.
 */
export const jobMessageVersion = 1;

/** Body of a job's message in the queue. It identifies the job; the jobs table has everything else. */
export const jobMessageSchema = z.object({
  v: z.literal(jobMessageVersion),
  owner: z.string().min(1),
  jobId: z.string().min(1),
  /** Time of sending, in milliseconds since the epoch. */
  ts: z.int().nonnegative(),
  /**
   * W3C trace context, 55 characters in version 00. An invalid value is dropped, so that it does not make the message
   * unreadable.
   */
  traceparent: z.string().max(55).optional().catch(undefined),
  /** Group of a job that is done in order. */
  groupId: z.string().optional(),
});

export type JobMessage = z.infer<typeof jobMessageSchema>;

/** Message attribute of a dead-lettered message that contains the reason. */
export const deadLetterReasonAttribute = "Reason";
