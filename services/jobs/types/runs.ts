import type { JobType } from "../../../contract/job.ts";
import type { RunJob } from "../job-type.ts";
import { run as echo } from "./echo/run.ts";
import type { PayloadOf } from "./schemas.ts";
import { run as wordFrequency } from "./word-frequency/run.ts";

/** The handler of each job type. Only the worker's runner processes import it. */
export const runs = {
  echo,
  "word-frequency": wordFrequency,
} satisfies { [Type in JobType]: RunJob<PayloadOf<Type>> };
