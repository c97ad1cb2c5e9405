import { jobIdSchema } from "../../../contract/http.ts";
import type { Job, JobKey } from "../../jobs/job.ts";
import type { ApiRequest } from "./api-handler.ts";
import { check, Problem } from "./problem.ts";

/** The key of the job that a request names. @throws Problem 400 for an invalid id */
export function jobKeyOf(request: ApiRequest): JobKey {
  return { owner: request.owner, jobId: check(jobIdSchema, request.path.jobId, "jobId") };
}

/** Returns the job, which is undefined for another owner's too. @throws Problem 404 */
export function found(job: Job | undefined, { jobId }: JobKey): Job {
  if (job !== undefined) return job;
  throw new Problem(404, "no-such-job", "No such job", `You have no job with the id ${jobId}.`);
}
