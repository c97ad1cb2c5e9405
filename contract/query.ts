import { z } from "zod";
import { jobViewSchema } from "./http.ts";
import { limits } from "./limits.ts";

/** Port of the query service's container. */
export const queryPort = 8_000;

/** Path of the private REST API that the query service calls, and its stage. */
export const privateQueryPath = "query";
export const privateQueryStage = "internal";

/** Longest `user_id`. Owners with longer names are stored under a hash. */
const mostOwnerCharacters = 1_024;

const ownerMessage = `expected the owner of jobs: 1 to ${mostOwnerCharacters} characters of well-formed Unicode`;

const limitMessage = `expected a whole number from 1 to ${limits.listJobs}`;

/** Body of POST /query/user. The service and the function behind the private API validate it. */
export const queryRequestSchema = z.strictObject(
  {
    user_id: z
      .string(ownerMessage)
      .refine((owner) => owner !== "" && owner.length <= mostOwnerCharacters && owner.isWellFormed(), ownerMessage),
    limit: z.int(limitMessage).min(1, limitMessage).max(limits.listJobs, limitMessage).default(limits.defaultListJobs),
  },
  'expected an object such as {"user_id": "anonymous", "limit": 10}',
);

export type QueryRequest = z.infer<typeof queryRequestSchema>;

export const queryReplySchema = z.object({ user_id: z.string(), jobs: z.array(jobViewSchema) });

export type QueryReply = z.infer<typeof queryReplySchema>;
