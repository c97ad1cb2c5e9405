import { randomUUID } from "node:crypto";
import { JobApiError } from "../client/job-api-error.ts";
import type { JobClient } from "../client/job-client.ts";
import type { BatchOutcome } from "../contract/http.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { asError } from "../runtime/errors.ts";
import type { PlannedRequest } from "./plan.ts";

/** A sent request. Times are milliseconds since the epoch. */
export interface SentRequest {
  plannedAt: number;
  sentAt: number;
  answeredAt: number;
  jobs: SentJob[];
}

/** The API's answer about one job. */
export interface SentJob {
  jobId: string;
  outcome: "accepted" | "refused" | "unanswered";
  /** HTTP status of a refusal. */
  status?: number;
  reason?: string;
}

/** The API may have accepted a job although it gave no answer or a server error. */
export function isInDoubt({ outcome, status = 0 }: SentJob): boolean {
  return outcome === "unanswered" || status >= 500;
}

export interface SendOptions {
  client: Pick<JobClient, "submit" | "submitBatch">;
  requests: readonly PlannedRequest[];
  clock: Clock;
  /** Most requests at once. A request that finds no free socket is sent late and counts as late. */
  sockets: number;
  signal: AbortSignal;
  onAnswered?: (sent: SentRequest) => void;
}

/** Open loop: sends each request at its planned time, without waiting for answers to earlier ones. */
export async function sendJobs(options: SendOptions): Promise<SentRequest[]> {
  const { client, requests, clock, sockets, signal, onAnswered = () => {} } = options;
  const startAt = clock.now();
  const sent: SentRequest[] = [];
  const underWay = new Set<Promise<void>>();

  for (const request of requests) {
    const plannedAt = startAt + request.atSeconds * 1000;
    if (plannedAt > clock.now()) await sleep(clock, plannedAt - clock.now(), signal);
    while (underWay.size >= sockets) await Promise.race(underWay);
    if (signal.aborted) break;

    const exchange = send(client, request, signal, clock).then((done) => {
      underWay.delete(exchange);
      const it = { plannedAt, ...done };
      sent.push(it);
      onAnswered(it);
    });
    underWay.add(exchange);
  }
  await Promise.all(underWay);
  return sent;
}

type SendingClient = Pick<JobClient, "submit" | "submitBatch">;

async function send(client: SendingClient, { jobs }: PlannedRequest, signal: AbortSignal, clock: Clock) {
  const named = jobs.map((job) => ({ ...job, jobId: randomUUID() }));
  const sentAt = clock.now();
  const outcomes = await exchange(client, named, signal);
  return { sentAt, answeredAt: clock.now(), jobs: outcomes };
}

type NamedJob = PlannedRequest["jobs"][number] & { jobId: string };

async function exchange(client: SendingClient, jobs: NamedJob[], signal: AbortSignal): Promise<SentJob[]> {
  try {
    const [first] = jobs;
    if (jobs.length === 1 && first !== undefined) {
      return [{ jobId: await client.submit(first, { signal }), outcome: "accepted" }];
    }
    const outcomes = await client.submitBatch(jobs, { signal });
    return jobs.map(({ jobId }, index) => ({ jobId, ...outcomeOf(outcomes[index]) }));
  } catch (error) {
    // A failed request is a result of the load test, not an error of it.
    return jobs.map(({ jobId }) => ({ jobId, ...failureOf(error) }));
  }
}

function outcomeOf(outcome: BatchOutcome | undefined): Omit<SentJob, "jobId"> {
  if (outcome === undefined) return { outcome: "unanswered", reason: "no outcome in the batch's answer" };
  if ("accepted" in outcome) return { outcome: "accepted" };
  return { outcome: "refused", status: outcome.status, reason: `${outcome.status} ${outcome.problem.title}` };
}

function failureOf(error: unknown): Omit<SentJob, "jobId"> {
  if (error instanceof JobApiError && error.status !== undefined) {
    const { status, problem } = error;
    return { outcome: "refused", status, reason: `${status} ${problem?.title ?? ""}`.trim() };
  }
  return { outcome: "unanswered", reason: asError(asError(error).cause ?? error).message };
}
