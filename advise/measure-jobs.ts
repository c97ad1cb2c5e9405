import { monthHours } from "../deploy/cost-table.ts";
import { formatSeconds } from "../report/duration.ts";
import { mean } from "../runtime/arithmetic.ts";
import type { JobList } from "../workload/job-list.ts";
import type { Answers } from "./tree.ts";

/** Answers measured in a job list, and sentences about them. A list that is too short gives fewer answers. */
export interface Measured {
  answers: Answers;
  facts: readonly string[];
}

const burstJobs = 1_000;
const burstSeconds = 10;
/** A list is uneven if one of its parts has more than this many times the mean arrivals. */
const unevenFactor = 2;
const parts = 24;
const leastJobs = 10 * parts;

export function measureJobs({ arrivalSeconds, serviceSeconds }: JobList): Measured {
  const count = arrivalSeconds.length;
  const longest = serviceSeconds.reduce((most, seconds) => Math.max(most, seconds), 0);
  const typical = mean([...serviceSeconds]);
  const span = (arrivalSeconds[count - 1] ?? 0) - (arrivalSeconds[0] ?? 0);
  const peak = mostWithin(arrivalSeconds, burstSeconds);
  const facts = [
    `longest job: ${formatSeconds(longest)}; mean: ${formatSeconds(typical)}`,
    `at most ${peak} arrivals within ${burstSeconds} s`,
  ];
  const answers: Record<string, string | number> = {
    "longest-minutes": longest / 60,
    "typical-seconds": Math.max(0.001, typical),
    burst: peak > burstJobs ? "yes" : "no",
  };
  if (span >= 3_600 && count >= leastJobs) {
    const jobsPerMonth = Math.max(1, Math.round((count / span) * monthHours * 3_600));
    const factor = busiestPart(arrivalSeconds, span);
    answers["jobs-per-month"] = jobsPerMonth;
    answers.load = factor > unevenFactor ? "uneven" : "steady";
    facts.push(
      `${jobsPerMonth} jobs in a month if it goes on like these ${formatSeconds(span)}`,
      `the busiest of ${parts} parts has ${factor.toFixed(1)} times the mean: ${answers.load}`,
    );
  } else {
    facts.push(
      `the list is too short to tell jobs in a month and how even the load is: expected an hour and ${leastJobs} jobs; came ${formatSeconds(span)} and ${count}`,
    );
  }
  return { answers, facts };
}

/** Returns the largest number of arrivals in any interval of this length. */
function mostWithin(arrivals: Float64Array, seconds: number): number {
  let first = 0;
  let most = 0;
  for (const [last, arrival] of arrivals.entries()) {
    while (arrival - (arrivals[first] as number) > seconds) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

function busiestPart(arrivals: Float64Array, span: number): number {
  const counts = new Array<number>(parts).fill(0);
  const start = arrivals[0] ?? 0;
  for (const arrival of arrivals) {
    const part = Math.min(parts - 1, Math.floor(((arrival - start) / span) * parts));
    counts[part] = (counts[part] ?? 0) + 1;
  }
  return Math.max(...counts) / mean(counts);
}

/**
 * Compares answers of the command line with measured ones. Returns the first contradiction and its question. An answer may say more
 * than the list shows: a longer job, a burst.
 */
export function compareWithMeasured(
  given: Answers,
  measured: Answers,
): { question: string; contradiction: string } | undefined {
  for (const [question, found] of Object.entries(measured)) {
    const answer = given[question];
    if (answer === undefined || found === undefined) continue;
    const isMore =
      (question === "longest-minutes" && Number(answer) >= Number(found)) || (question === "burst" && answer === "yes");
    if (answer === found || isMore) continue;
    const shown = typeof found === "number" ? Number(found.toPrecision(4)) : found;
    return {
      question,
      contradiction: `--${question} says ${answer}, but the job list says ${shown}. Leave out the one that does not hold`,
    };
  }
  return undefined;
}
