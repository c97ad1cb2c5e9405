import * as z from "zod";
import type { Json } from "./job.ts";
import { jobEventSchema } from "./job-event.ts";

/** A name of a reply queue in the configuration and in requests. */
export const replyNameSchema = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/,
    "expected a name of up to 40 lower-case letters, digits and '-', beginning with a letter",
  );

/**
 * The reply to a job that named `replyTo`, as JSON the message in its reply queue: the event of the job's end, with what the sender
 * needs to find its request. Members may be added; a reader ignores those that it does not know.
 */
export const jobReplySchema = jobEventSchema.extend({
  replyTo: replyNameSchema,
  /** As the request had it. */
  correlationId: z.string().optional(),
  /** The result, if the job succeeded and the result is small; otherwise `resultUrl` has it. */
  result: z.custom<Json>().optional(),
});

export type JobReply = z.infer<typeof jobReplySchema>;
