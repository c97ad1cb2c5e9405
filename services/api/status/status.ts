import { type JobView, jobIdSchema } from "../../../contract/http.ts";
import { traceField } from "../../../runtime/tracing/tracer.ts";
import type { Job, JobKey, Stored } from "../../jobs/job.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { invalidRequest, Problem } from "../http/problem.ts";

export interface StatusDeps {
  load(key: JobKey): Promise<Job | undefined>;
  presignResult(objectKey: string): Promise<string>;
}

/** GET /jobs/{jobId}: where the job is and what came of it. Someone else's job is no job. */
export async function status(request: ApiRequest, deps: StatusDeps): Promise<ApiReply> {
  const jobId = jobIdSchema.safeParse(request.path.jobId);
  if (!jobId.success) throw invalidRequest(jobId.error, "jobId");

  const job = await deps.load({ owner: request.owner, jobId: jobId.data });
  if (job === undefined) {
    throw new Problem(404, "no-such-job", "No such job", `You have no job with the id ${jobId.data}.`);
  }
  return { status: 200, body: await view(job, deps) };
}

async function view(job: Job, deps: StatusDeps): Promise<JobView> {
  return {
    jobId: job.jobId,
    type: job.type,
    state: job.state,
    attempts: job.attempts,
    maxAttempts: job.maxAttempts,
    ...(job.progress === undefined ? {} : { progress: job.progress }),
    createdAt: isoTime(job.createdAt),
    ...(job.startedAt === undefined ? {} : { startedAt: isoTime(job.startedAt) }),
    ...(job.finishedAt === undefined ? {} : { finishedAt: isoTime(job.finishedAt) }),
    ...(job.result === undefined ? {} : await viewResult(job.result, deps)),
    ...(job.error === undefined ? {} : { error: job.error }),
    ...traceField(job.traceparent),
  };
}

async function viewResult(result: Stored, deps: StatusDeps): Promise<Pick<JobView, "result" | "resultUrl">> {
  return "inline" in result ? { result: result.inline } : { resultUrl: await deps.presignResult(result.objectKey) };
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
