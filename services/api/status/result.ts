import { isFinished } from "../../../contract/job.ts";
import type { Job } from "../../jobs/job.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { found, jobKeyOf } from "../http/find-job.ts";
import { Problem } from "../http/problem.ts";
import type { StatusDeps } from "./status.ts";

/** GET /jobs/{jobId}/result: the result, or a redirect to a large one. */
export async function result(
  request: ApiRequest,
  { store, presignResult }: Pick<StatusDeps, "store" | "presignResult">,
): Promise<ApiReply> {
  const key = jobKeyOf(request);
  const job = found(await store.load(key), key);
  if (job.state !== "succeeded" || job.result === undefined) throw noResult(job);
  if ("json" in job.result) return { status: 200, body: JSON.parse(job.result.json) };
  const location = await presignResult(job.result.objectKey);
  return { status: 303, body: { resultUrl: location }, headers: { location } };
}

function noResult({ jobId, state, error }: Job): Problem {
  if (!isFinished(state)) {
    const detail = `Expected an ended job; ${jobId} is ${state}.`;
    return new Problem(409, "not-finished", "The job has not ended", detail, { retryAfterSeconds: 1 });
  }
  const reason = error ? `: ${error.code}: ${error.message}` : "";
  const detail = `Expected a succeeded job; ${jobId} is ${state}${reason}`;
  return new Problem(409, "no-result", "The job has no result", detail, error ? { error } : {});
}
