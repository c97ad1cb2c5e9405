import { z } from "zod";

/**
 * Raise it when older workers could no longer read a message. A worker leaves messages of a newer version to newer
 * workers.
 */
export const jobMessageVersion = 1;

/** The body of a job's message in the queue. It only identifies the job; everything else is in the table. */
export const jobMessageSchema = z.object({
  v: z.literal(jobMessageVersion),
  owner: z.string().min(1),
  jobId: z.string().min(1),
  /** When the message was sent, milliseconds since the epoch. */
  ts: z.int().nonnegative(),
  /**
   * W3C trace context, 55 characters in version 00. Optional and never a reason to refuse a message: a value that does
   * not fit is dropped.
   */
  traceparent: z.string().max(55).optional().catch(undefined),
});

export type JobMessage = z.infer<typeof jobMessageSchema>;

/** Message attribute under which a dead-lettered message carries the reason. */
export const deadLetterReasonAttribute = "Reason";
