import { parseTraceparent } from "../../runtime/tracing/trace-context.ts";
import type { SpanFailure, Tracer } from "../../runtime/tracing/tracer.ts";
import type { Job } from "../jobs/job.ts";
import type { AttemptOutcome } from "./run-attempt.ts";

type TracedOutcome = AttemptOutcome | { kind: "lost" };

export interface TraceDeps {
  tracer: Tracer;
}

/**
 * Performs an attempt within a span of the job's trace. The parent of all attempts is the request that created the job.
 */
export async function traceAttempt<Performed extends { outcome: TracedOutcome }>(
  { tracer }: TraceDeps,
  job: Job,
  waitedMilliseconds: number | undefined,
  perform: () => Promise<Performed>,
): Promise<Performed> {
  const { jobId, type, attempts: attempt, callerTraceId } = job;
  const annotations = {
    jobId,
    type,
    attempt,
    ...(waitedMilliseconds !== undefined && { waitedMilliseconds }),
    ...(callerTraceId !== undefined && { callerTraceId }),
  };
  const span = tracer.begin(parseTraceparent(job.traceparent), annotations);
  try {
    const performed = await perform();
    span.end({ outcome: performed.outcome.kind }, failureOf(performed.outcome));
    return performed;
  } catch (error) {
    span.end({ outcome: "unrecorded" }, { name: "unrecorded", kind: "fault" });
    throw error;
  }
}

/** A final failure is caused by the request, so X-Ray shows an error and not a fault. The failure's message is not sent. */
function failureOf(outcome: TracedOutcome): SpanFailure | undefined {
  if (outcome.kind === "lost" || outcome.kind === "interrupted") return { name: outcome.kind, kind: "fault" };
  if (outcome.kind !== "failed") return undefined;
  return { name: outcome.code.slice(0, longestName), kind: outcome.isFinal ? "error" : "fault" };
}

/** The handler chooses the code. */
const longestName = 100;
