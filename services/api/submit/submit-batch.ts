import {
  type BatchOutcome,
  type BatchReply,
  batchRequestSchema,
  idempotencyKeySchema,
} from "../../../contract/http.ts";
import { limits } from "../../../contract/limits.ts";
import { atMostAtOnce } from "../../../runtime/at-most-at-once.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { check, type Problem } from "../http/problem.ts";
import { checkJob } from "./check-job.ts";
import { type SubmitDeps, submitChecked } from "./submit.ts";

/**
 * POST /jobs/batch: each job by itself, as POST /jobs would take it. With an Idempotency-Key the n-th job's id follows from
 * the key and n, so that a repeated batch makes no job twice.
 * @throws Problem when the envelope or the key is wrong, or when no job at all could be kept because a part of the service is away
 */
export async function submitBatch(request: ApiRequest, deps: SubmitDeps): Promise<ApiReply> {
  const key = check(idempotencyKeySchema.optional(), request.header("idempotency-key"), "Idempotency-Key");
  const { jobs } = check(batchRequestSchema, request.json());
  const documents = { bytesLeft: limits.payloadDocumentBytes };
  const problems: Problem[] = [];
  const outcomes: BatchOutcome[] = [];

  await atMostAtOnce(mostAtOnce, lanesOf(jobs), async (lane) => {
    for (const index of lane) outcomes[index] = await submitOne(index);
  });
  const unavailable = problems.find(({ status }) => status === 503);
  if (unavailable && problems.length === jobs.length && problems.every(({ status }) => status === 503))
    throw unavailable;
  const reply: BatchReply = { outcomes };
  return { status: 200, body: reply };

  async function submitOne(index: number): Promise<BatchOutcome> {
    try {
      const checked = checkJob(jobs[index], key, index);
      await submitChecked(request, checked, deps, documents);
      return { index, status: 202, accepted: true, jobId: checked.jobId };
    } catch (thrown) {
      const problem = request.problemOf(thrown);
      problems.push(problem);
      return { index, status: problem.status, problem: problem.body() };
    }
  }
}

const mostAtOnce = 16;

/**
 * Jobs that may go side by side: those of one id keep their order, so that the first of them has it, and those with an
 * uploaded payload come one after the other, so that one of them at a time is in memory.
 */
function lanesOf(jobs: unknown[]): Iterable<number[]> {
  const lanes = new Map<string | number, number[]>();
  for (const [index, job] of jobs.entries()) {
    const { jobId, payloadKey } = (typeof job === "object" && job !== null ? job : {}) as Record<string, unknown>;
    const name = payloadKey !== undefined ? "with an upload" : typeof jobId === "string" ? `id ${jobId}` : index;
    const lane = lanes.get(name);
    if (lane) lane.push(index);
    else lanes.set(name, [index]);
  }
  return lanes.values();
}
