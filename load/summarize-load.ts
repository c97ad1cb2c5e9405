import type { JobState } from "../contract/job.ts";
import { type Percentiles, summarize } from "../report/percentile.ts";
import { type CostPart, estimateCost } from "./cost.ts";
import { type FleetMoment, type FleetSummary, summarizeFleet } from "./fleet.ts";
import type { Finish, Followed } from "./follow-jobs.ts";
import type { SentRequest } from "./send-jobs.ts";

/** What a load showed. Times in seconds; what could not be known is undefined. */
export interface LoadSummary {
  planned: number;
  accepted: number;
  refused: number;
  unanswered: number;
  /** Why jobs were not accepted, and how many each. */
  reasons: Record<string, number>;
  finished: number;
  states: Partial<Record<JobState, number>>;
  lost: Followed["lost"];
  doubled: Followed["doubled"];
  /** Jobs that needed more than one start: permitted, and of interest. */
  startedAgain: number;
  post: Percentiles | undefined;
  lateness: (Percentiles & { most: number }) | undefined;
  isPlanKept: boolean;
  waitBeforeStart: Percentiles | undefined;
  total: Percentiles | undefined;
  /** Ended jobs a second, from the first planned moment to the last end. */
  throughput: number | undefined;
  sendingSeconds: number;
  /** From the last request to the last end. */
  drainSeconds: number | undefined;
  fleet: FleetSummary | undefined;
  cost: CostPart[];
  /** Some jobs were accepted, and nothing bad was seen of any. */
  ok: boolean;
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
  const count = (outcome: string) => jobs.filter((job) => job.outcome === outcome).length;
  const finishes = [...followed.finishes.values()];
  const lateness = sent.map(({ plannedAt, sentAt }) => Math.max(0, sentAt - plannedAt) / 1000);
  const latest = highest(lateness) ?? 0;
  const late = summarize(lateness);
  const lastEnd = highest(finishes.flatMap(({ finishedAt }) => (finishedAt ? Date.parse(finishedAt) : [])));
  const lastSent = highest(sent.map(({ sentAt }) => sentAt)) ?? startedAt;
  const accepted = count("accepted");
  const fleetSummary = fleet && summarizeFleet(fleet, startedAt, endedAt);
  return {
    planned,
    accepted,
    refused: count("refused"),
    unanswered: count("unanswered"),
    reasons: countBy(jobs.flatMap(({ reason }) => reason ?? [])),
    finished: finishes.length,
    states: countBy(finishes.map(({ state }) => state)),
    lost: followed.lost,
    doubled: followed.doubled,
    startedAgain: finishes.filter(({ attempts }) => attempts > 1).length,
    post: summarize(sent.map(({ sentAt, answeredAt }) => (answeredAt - sentAt) / 1000)),
    lateness: late && { ...late, most: latest },
    isPlanKept: (late?.p99 ?? 0) <= mostLatenessSeconds,
    waitBeforeStart: summarize(finishes.flatMap((finish) => secondsUntil("startedAt", finish))),
    total: summarize(finishes.flatMap((finish) => secondsUntil("finishedAt", finish))),
    throughput:
      lastEnd === undefined || lastEnd <= startedAt ? undefined : finishes.length / ((lastEnd - startedAt) / 1000),
    sendingSeconds: (lastSent - startedAt) / 1000,
    drainSeconds: lastEnd && Math.max(0, lastEnd - lastSent) / 1000,
    fleet: fleetSummary,
    cost: estimateCost({
      apiRequests: sent.length + followed.requests,
      jobs: accepted,
      starts: finishes.reduce((sum, { attempts }) => sum + attempts, 0),
      instanceHours: fleetSummary?.instanceHours,
    }),
    ok: accepted > 0 && followed.lost.length === 0 && followed.doubled.length === 0,
  };
}

/** Beyond this a machine did not send what was planned, but something smoother. */
const mostLatenessSeconds = 0.1;

/** Of the latest start: a job that was started again waited for that one, too. */
function secondsUntil(until: "startedAt" | "finishedAt", finish: Finish): number[] {
  const end = finish[until];
  return end === undefined ? [] : [Math.max(0, Date.parse(end) - Date.parse(finish.createdAt)) / 1000];
}

/** Not by spreading: there may be more values than a call takes arguments. */
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
