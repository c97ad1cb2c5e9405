import type { z } from "zod";
import type { JobType } from "../../../contract/job.ts";
import { payloadSchema as echo } from "./echo/schema.ts";
import { payloadSchema as wordFrequency } from "./word-frequency/schema.ts";

/** The payload schema of each job type. Separate from the handlers, so that the API's bundle stays small. */
export const payloadSchemas = {
  echo,
  "word-frequency": wordFrequency,
} satisfies Record<JobType, z.ZodType>;

/** The payload of a job type after validation. */
export type PayloadOf<Type extends JobType> = z.infer<(typeof payloadSchemas)[Type]>;
