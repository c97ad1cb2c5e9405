import { z } from "zod";

/** Rises when an older worker could no longer read a message; a worker leaves newer messages to newer workers. */
export const jobMessageVersion = 1;

/** A job's message in the queue: whose job it is and which. Everything else stands in the table. */
export const jobMessageSchema = z.object({
  v: z.literal(jobMessageVersion),
  owner: z.string().min(1),
  jobId: z.string().min(1),
  /** When the message was sent, milliseconds since the epoch. */
  ts: z.int().nonnegative(),
  /**
   * W3C trace context, 55 characters in the version we write. A worker that does not know it strips it, and one that cannot
   * read it works without: no message is unreadable for its trace.
   */
  traceparent: z.string().max(55).optional().catch(undefined),
});

export type JobMessage = z.infer<typeof jobMessageSchema>;

/** Message attribute under which a dead-lettered message carries the reason. */
export const deadLetterReasonAttribute = "Reason";
