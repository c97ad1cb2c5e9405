import * as z from "zod";
import { jobStates } from "./job.ts";

/** ends: one event when a job ends. all: also one when its first attempt starts. */
export const eventDetails = ["off", "ends", "all"] as const;

export type EventDetail = (typeof eventDetails)[number];

/**
 * An event of a job, as JSON the message of the events topic. Times are ISO 8601 in UTC. Members may be added; a reader ignores
 * those that it does not know.
 */
export const jobEventSchema = z.object({
  v: z.literal(1),
  /** The same for every delivery of this event, and for no other event. */
  id: z.string(),
  jobId: z.string(),
  owner: z.string(),
  type: z.string(),
  /** Of a job with `fifo`: its group. */
  groupId: z.string().optional(),
  /** `running` for a job's start, otherwise the state in which it ended. */
  state: z.enum(jobStates),
  createdAt: z.string(),
  /** Start of the latest attempt. */
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  attempts: z.int(),
  /** Error of the latest failed attempt. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** Address of the result, for callers of the API. Set if the job succeeded. */
  resultUrl: z.string().optional(),
});

export type JobEvent = z.infer<typeof jobEventSchema>;
