import type { z } from "zod";
import type { JobType } from "../../../contract/job.ts";
import { payloadSchema as echo } from "./echo/schema.ts";
import { payloadSchema as wordFrequency } from "./word-frequency/schema.ts";

/** What each job type takes as its payload: read by the API, and light enough for it. */
export const payloadSchemas = {
  echo,
  "word-frequency": wordFrequency,
} satisfies Record<JobType, z.ZodType>;

/** The payload of a job type, as its schema has accepted it. */
export type PayloadOf<Type extends JobType> = z.infer<(typeof payloadSchemas)[Type]>;
