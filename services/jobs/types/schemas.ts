import type { z } from "zod";
import type { JobType } from "../../../contract/job.ts";
import { payloadSchemaWithControls as controlledEcho, payloadSchema as echo } from "./echo/schema.ts";
import { payloadSchema as wordFrequency } from "./word-frequency/schema.ts";

export type PayloadSchemas = ReturnType<typeof payloadSchemasOf>;

/** The payload schema of each job type in a stack. Separate from the handlers, so that the API's bundle stays small. */
export function payloadSchemasOf({ testControls }: { testControls: boolean }) {
  return {
    echo: testControls ? controlledEcho : echo,
    "word-frequency": wordFrequency,
  } satisfies Record<JobType, z.ZodType>;
}

/** The payload of a job type after validation. */
export type PayloadOf<Type extends JobType> = z.infer<PayloadSchemas[Type]>;
