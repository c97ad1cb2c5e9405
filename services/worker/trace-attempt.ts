import { parseTraceparent } from "../../runtime/tracing/trace-context.ts";
import type { SpanFailure, Tracer } from "../../runtime/tracing/tracer.ts";
import type { Job } from "../jobs/job.ts";
import type { Ending } from "./run-attempt.ts";

export interface TraceDeps {
  tracer: Tracer;
}

/** Performs an attempt within a span of the job's trace. All attempts have the same parent, the request that made the job. */
export async function traceAttempt<Result>(
  { tracer }: TraceDeps,
  job: Job,
  waitedMilliseconds: number,
  perform: (noteEnding: (ending: Ending) => void) => Promise<Result>,
): Promise<Result> {
  const { jobId, type, attempts: attempt } = job;
  const span = tracer.begin(parseTraceparent(job.traceparent), { jobId, type, attempt, waitedMilliseconds });
  let ending: Ending | undefined;
  try {
    const result = await perform((noted) => {
      ending = noted;
    });
    span.end({ ending: ending?.kind ?? "lost" }, ending === undefined ? lost : failureOf(ending));
    return result;
  } catch (error) {
    span.end({ ending: "unrecorded" }, { name: "unrecorded", kind: "fault" });
    throw error;
  }
}

const lost: SpanFailure = { name: "lost", kind: "fault" };

/** Of a failure that no further attempt can help the request is the cause. The code names it; the message stays out. */
function failureOf(ending: Ending): SpanFailure | undefined {
  if (ending.kind !== "failed") return undefined;
  return { name: ending.code.slice(0, longestName), kind: ending.isFinal ? "error" : "fault" };
}

/** A handler chooses the code. */
const longestName = 100;
