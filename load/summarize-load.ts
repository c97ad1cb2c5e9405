import type { JobState } from "../contract/job.ts";
import { type Spread, spreadOf } from "../report/percentile.ts";
import { type CostPart, estimateCost } from "./cost.ts";
import { type FleetMoment, type FleetSummary, summarizeFleet } from "./fleet.ts";
import type { Finish, Followed } from "./follow-jobs.ts";
import { isInDoubt, type SentRequest } from "./send-jobs.ts";

/** Results of a load, times in seconds. Undefined: unknown. Each planned job is in exactly one of the `JobCounts`. */
export interface LoadSummary extends JobCounts {
  planned: number;
  /** Numbers of jobs by the reason why they were not accepted at once. */
  reasons: Record<string, number>;
  finished: number;
  states: Partial<Record<JobState, number>>;
  lost: Followed["lost"];
  doubled: Followed["doubled"];
  /** Finished jobs with more than one start, which is permitted. */
  startedAgain: number;
  post: Spread | undefined;
  lateness: Spread | undefined;
  isPlanKept: boolean;
  /** From the creation of the record to the latest start. */
  wait: Spread | undefined;
  run: Spread | undefined;
  /** From the planned time to the end, so that late requests and slow answers count. */
  endToEnd: Spread | undefined;
  /** Finished jobs per second, from the start of the load to the last end. */
  throughput: number | undefined;
  sendingSeconds: number;
  /** From the start of the load to the last answer. */
  answeredSeconds: number;
  /** From the last request to the last end. */
  drainSeconds: number | undefined;
  fleet: FleetSummary | undefined;
  cost: CostPart[];
}

export interface JobCounts {
  accepted: number;
  /** No answer or a server error, but found by id afterwards. */
  acceptedUnanswered: number;
  refused: number;
  /** No answer, and the API does not know the job. */
  neverAccepted: number;
  /** No answer or a server error, and the API gave no information afterwards. */
  unknown: number;
}

export interface LoadRecord {
  planned: number;
  sent: readonly SentRequest[];
  followed: Followed;
  fleet: readonly FleetMoment[] | undefined;
  startedAt: number;
  endedAt: number;
}

export function summarizeLoad({ planned, sent, followed, fleet, startedAt, endedAt }: LoadRecord): LoadSummary {
  const jobs = sent.flatMap((request) => request.jobs);
  const finishes = [...followed.finishes.values()];
  const lateness = spreadOf(sent.map(({ plannedAt, sentAt }) => Math.max(0, sentAt - plannedAt) / 1000));
  const lastEnd = highest(finishes.flatMap(({ finishedAt }) => (finishedAt ? Date.parse(finishedAt) : [])));
  const lastSent = highest(sent.map(({ sentAt }) => sentAt)) ?? startedAt;
  const lastAnswer = highest(sent.map(({ answeredAt }) => answeredAt)) ?? startedAt;
  const counts = countJobs(sent, followed);
  const fleetSummary = fleet && summarizeFleet(fleet, startedAt, endedAt);
  return {
    planned,
    ...counts,
    reasons: countBy(jobs.flatMap(({ reason }) => reason ?? [])),
    finished: finishes.length,
    states: countBy(finishes.map(({ state }) => state)),
    lost: followed.lost,
    doubled: followed.doubled,
    startedAgain: finishes.filter(({ attempts }) => attempts > 1).length,
    post: spreadOf(sent.map(({ sentAt, answeredAt }) => (answeredAt - sentAt) / 1000)),
    lateness,
    isPlanKept: (lateness?.p99 ?? 0) <= mostLatenessSeconds,
    wait: spreadOf(finishes.flatMap(({ createdAt, startedAt }) => secondsBetween(createdAt, startedAt))),
    run: spreadOf(finishes.flatMap(({ startedAt, finishedAt }) => secondsBetween(startedAt, finishedAt))),
    endToEnd: spreadOf(endToEndSeconds(sent, followed.finishes)),
    throughput:
      lastEnd === undefined || lastEnd <= startedAt ? undefined : finishes.length / ((lastEnd - startedAt) / 1000),
    sendingSeconds: (lastSent - startedAt) / 1000,
    answeredSeconds: (lastAnswer - startedAt) / 1000,
    drainSeconds: lastEnd && Math.max(0, lastEnd - lastSent) / 1000,
    fleet: fleetSummary,
    cost: estimateCost({
      apiRequests: sent.length + followed.requests,
      jobs: counts.accepted + counts.acceptedUnanswered,
      starts: finishes.reduce((sum, { attempts }) => sum + attempts, 0),
      instanceHours: fleetSummary?.instanceHours,
    }),
  };
}

/** With more lateness the load was smoother than planned. */
const mostLatenessSeconds = 0.1;

function countJobs(sent: readonly SentRequest[], { inDoubt }: Followed): JobCounts {
  const counts = { accepted: 0, acceptedUnanswered: 0, refused: 0, neverAccepted: 0, unknown: 0 };
  for (const job of sent.flatMap(({ jobs }) => jobs)) {
    if (job.outcome === "accepted") counts.accepted++;
    else if (isInDoubt(job) && inDoubt.accepted.has(job.jobId)) counts.acceptedUnanswered++;
    else if (isInDoubt(job) && inDoubt.unknown.has(job.jobId)) counts.unknown++;
    else if (job.outcome === "refused") counts.refused++;
    else counts.neverAccepted++;
  }
  return counts;
}

function endToEndSeconds(sent: readonly SentRequest[], finishes: ReadonlyMap<string, Finish>): number[] {
  return sent.flatMap(({ plannedAt, jobs }) =>
    jobs.flatMap(({ jobId }) => {
      const finishedAt = finishes.get(jobId)?.finishedAt;
      return finishedAt === undefined ? [] : Math.max(0, Date.parse(finishedAt) - plannedAt) / 1000;
    }),
  );
}

function secondsBetween(from: string | undefined, until: string | undefined): number[] {
  if (from === undefined || until === undefined) return [];
  return [Math.max(0, Date.parse(until) - Date.parse(from)) / 1000];
}

/** Math.max(...values) fails with more values than a call takes arguments. */
function highest(values: readonly number[]): number | undefined {
  return values.reduce<number | undefined>(
    (most, value) => (most === undefined || value > most ? value : most),
    undefined,
  );
}

function countBy<Name extends string>(names: readonly Name[]): Record<Name, number> {
  const counts = {} as Record<Name, number>;
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
