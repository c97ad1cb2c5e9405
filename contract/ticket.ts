import { z } from "zod";

/** Rises when an older worker could no longer read a ticket; a worker leaves newer tickets to newer workers. */
export const ticketVersion = 1;

/** A job's message in the queue: whose job it is and which. Everything else stands in the table. */
export const ticketSchema = z.object({
  v: z.literal(ticketVersion),
  owner: z.string().min(1),
  jobId: z.string().min(1),
  /** When the ticket was sent, milliseconds since the epoch. */
  ts: z.int().nonnegative(),
  /**
   * W3C trace context, 55 characters in the version we write. A worker that does not know it strips it, and one that cannot
   * read it works without: no ticket is unreadable for its trace.
   */
  traceparent: z.string().max(55).optional().catch(undefined),
});

export type Ticket = z.infer<typeof ticketSchema>;

/** Message attribute under which a buried ticket carries why it was buried. */
export const buryReasonAttribute = "Reason";
