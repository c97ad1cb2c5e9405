import {
  type BatchOutcome,
  type BatchReply,
  batchRequestSchema,
  idempotencyKeySchema,
} from "../../../contract/http.ts";
import { atMostAtOnce } from "../../../runtime/at-most-at-once.ts";
import { gatherMessages } from "../../jobs/message-batches.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { check, type Problem } from "../http/problem.ts";
import { checkJob } from "./check-job.ts";
import { type SubmitDeps, submitChecked } from "./submit.ts";

/**
 * POST /jobs/batch: submits each job independently of the others. With an Idempotency-Key the n-th job's id follows from the
 * key and n, so that a repeated batch makes no job twice.
 * @throws Problem for an invalid batch or key; 503 if all of its jobs got 503
 */
export async function submitBatch(request: ApiRequest, deps: SubmitDeps): Promise<ApiReply> {
  const key = check(idempotencyKeySchema.optional(), request.header("idempotency-key"), "Idempotency-Key");
  const { jobs } = check(batchRequestSchema, request.json());
  const places = await deps.openPlaces(request.owner, jobs.length);
  const budget = { bytesLeft: deps.payloadDocumentBytes, places };
  const problems: Problem[] = [];
  const outcomes: BatchOutcome[] = [];
  const withMessages = gatherMessages(deps.sendMessages);

  try {
    await atMostAtOnce(mostAtOnce, lanesOf(jobs), async (lane) => {
      for (const index of lane) outcomes[index] = await submitOne(index);
    });
  } finally {
    await places.close();
  }
  const unavailable = problems.find(({ status }) => status === 503);
  if (unavailable && problems.length === jobs.length && problems.every(({ status }) => status === 503))
    throw unavailable;
  const reply: BatchReply = { outcomes };
  return { status: 200, body: reply };

  async function submitOne(index: number): Promise<BatchOutcome> {
    try {
      const checked = checkJob(jobs[index], key, deps, index);
      await withMessages((sendMessage) => submitChecked(request, checked, { ...deps, sendMessage }, budget));
      return { index, status: 202, accepted: true, jobId: checked.jobId };
    } catch (thrown) {
      const problem = request.problemOf(thrown);
      problems.push(problem);
      return { index, status: problem.status, problem: problem.body() };
    }
  }
}

/** Twice the messages of a call: the next jobs are stored while the messages of the previous ones are sent. */
const mostAtOnce = 20;

/**
 * Divides jobs into lanes that run in parallel, each in order. Jobs with the same id share a lane, so that the first of them
 * wins. Jobs with an uploaded payload share a lane, so that only one such payload is in memory. Jobs with `fifo` share their group's
 * lane, so that the list's order is the order of acceptance.
 */
function lanesOf(jobs: unknown[]): Iterable<number[]> {
  const lanes = new Map<string | number, number[]>();
  const hasOrderedUpload = jobs
    .map(membersOf)
    .some(({ payloadKey, fifo }) => payloadKey !== undefined && fifo === true);
  for (const [index, job] of jobs.entries()) {
    const { jobId, payloadKey, fifo, groupId } = membersOf(job);
    const name =
      payloadKey !== undefined || (fifo === true && hasOrderedUpload)
        ? "with an upload"
        : fifo === true
          ? `group ${groupId}`
          : typeof jobId === "string"
            ? `id ${jobId}`
            : index;
    const lane = lanes.get(name);
    if (lane) lane.push(index);
    else lanes.set(name, [index]);
  }
  return lanes.values();
}

function membersOf(job: unknown): Record<string, unknown> {
  return typeof job === "object" && job !== null ? (job as Record<string, unknown>) : {};
}
