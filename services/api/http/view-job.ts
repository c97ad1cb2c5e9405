import type { JobView } from "../../../contract/http.ts";
import { traceField } from "../../../runtime/tracing/tracer.ts";
import type { Job, Stored } from "../../jobs/job.ts";

export type PresignResult = (objectKey: string) => Promise<string>;

/** The API's view of a job, with result and log. */
export async function viewJob(job: Job, presignResult: PresignResult): Promise<JobView> {
  return {
    ...summarizeJob(job),
    ...(job.log === undefined ? {} : { log: job.log.map(({ at, text }) => ({ at: isoTime(at), text })) }),
    ...(job.result === undefined ? {} : await viewResult(job.result, presignResult)),
  };
}

/** The API's view of a job without result and log, which may be too large for a page of jobs. */
export function summarizeJob(job: Job): JobView {
  return {
    jobId: job.jobId,
    type: job.type,
    state: job.state,
    attempts: job.attempts,
    maxAttempts: job.maxAttempts,
    ...(job.interruptions === undefined ? {} : { interruptions: job.interruptions }),
    ...(job.progress === undefined ? {} : { progress: job.progress }),
    createdAt: isoTime(job.createdAt),
    ...(job.startedAt === undefined ? {} : { startedAt: isoTime(job.startedAt) }),
    ...(job.state === "queued" && job.stateSince > job.createdAt ? { dueAt: isoTime(job.stateSince) } : {}),
    ...(job.finishedAt === undefined ? {} : { finishedAt: isoTime(job.finishedAt) }),
    ...(job.cancelRequestedAt === undefined ? {} : { cancelRequestedAt: isoTime(job.cancelRequestedAt) }),
    ...(job.error === undefined ? {} : { error: job.error }),
    ...(job.timeoutSeconds === undefined ? {} : { timeoutSeconds: job.timeoutSeconds }),
    ...(job.retryDelaySeconds === undefined ? {} : { retryDelaySeconds: job.retryDelaySeconds }),
    ...(job.replyTo === undefined ? {} : { replyTo: job.replyTo }),
    ...(job.correlationId === undefined ? {} : { correlationId: job.correlationId }),
    ...(job.groupId === undefined ? {} : { groupId: job.groupId }),
    ...(job.earlierRuns === undefined
      ? {}
      : { earlierRuns: job.earlierRuns.map((run) => ({ ...run, finishedAt: isoTime(run.finishedAt) })) }),
    ...traceField(job.traceparent),
  };
}

async function viewResult(
  result: Stored,
  presignResult: PresignResult,
): Promise<Pick<JobView, "result" | "resultUrl">> {
  return "json" in result ? { result: JSON.parse(result.json) } : { resultUrl: await presignResult(result.objectKey) };
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
