import type { JobType } from "../../../contract/job.ts";
import type { RunJob } from "../job-type.ts";
import { runWithControls as controlledEcho, run as echo } from "./echo/run.ts";
import type { PayloadOf } from "./schemas.ts";
import { run as wordFrequency } from "./word-frequency/run.ts";

/** The handler of each job type in a stack. Only the worker's runner processes import it. */
export function runsOf({ testControls }: { testControls: boolean }) {
  return {
    echo: testControls ? controlledEcho : echo,
    "word-frequency": wordFrequency,
  } satisfies { [Type in JobType]: RunJob<PayloadOf<Type>> };
}
