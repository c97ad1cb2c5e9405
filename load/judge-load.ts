import { formatSeconds } from "../report/duration.ts";
import type { LoadSummary } from "./summarize-load.ts";

/** Largest shares of jobs, in percent, with which a load passes. */
export interface Limits {
  refusedPercent: number;
  unansweredPercent: number;
  /** Share of the finished jobs that ended as failed or cancelled. */
  failedPercent: number;
}

export interface Verdict {
  /** `none`: no job was accepted and no limit was exceeded, so nothing was tested. */
  outcome: "passed" | "failed" | "none";
  headline: string;
  /** Reasons of a failure, a sentence each. */
  findings: string[];
  /** Caveats of the figures. */
  notes: string[];
}

/** The process's exit codes. A load that could not run to its end exits like `none`. */
export const exitCodes = { passed: 0, failed: 1, none: 2 } as const;

/** A load passes when no job was lost or finished twice, and no share of jobs is above its limit. */
export function judgeLoad(summary: LoadSummary, limits: Limits): Verdict {
  const checks = [
    checkUnanswered(summary, limits),
    checkRefused(summary, limits),
    checkLost(summary),
    checkDoubled(summary),
    checkFailed(summary, limits),
  ].flatMap((check) => check ?? []);
  const notes = noteCaveats(summary);
  const accepted = summary.accepted + summary.acceptedUnanswered;
  if (checks.length > 0) {
    const headline = `Failed: ${checks.map(({ short }) => short).join(", ")}`;
    return { outcome: "failed", headline, findings: checks.flatMap(({ sentences }) => sentences), notes };
  }
  if (accepted === 0) return { outcome: "none", headline: "No verdict: no job was accepted", findings: [], notes };
  const headline = `Passed: ${describeAccepted(accepted, summary.planned)}, each finished once`;
  return { outcome: "passed", headline, findings: [], notes };
}

/** A failed check: a few words for the headline, and full sentences. */
interface Failure {
  short: string;
  sentences: string[];
}

function checkUnanswered(summary: LoadSummary, { unansweredPercent }: Limits): Failure | undefined {
  const { acceptedUnanswered, neverAccepted, unknown, planned } = summary;
  const count = acceptedUnanswered + neverAccepted + unknown;
  if (count === 0 || percent(count, planned) <= unansweredPercent) return undefined;
  const share = describeShare(count, planned);
  return {
    short: `${share} got no answer`,
    sentences: [
      `${share} got no usable answer; the limit is ${unansweredPercent} % (--max-unanswered-percent). ` +
        `Read by their ids afterwards, ${format(acceptedUnanswered)} of them had been accepted and ${format(neverAccepted)} had not; ` +
        `of ${format(unknown)} the API gave no information.`,
    ],
  };
}

function checkRefused({ refused, planned }: LoadSummary, { refusedPercent }: Limits): Failure | undefined {
  if (refused === 0 || percent(refused, planned) <= refusedPercent) return undefined;
  const share = describeShare(refused, planned);
  return {
    short: `${share} refused`,
    sentences: [`${share} were refused; the limit is ${refusedPercent} % (--max-refused-percent).`],
  };
}

function checkLost({ lost }: LoadSummary): Failure | undefined {
  if (lost.length === 0) return undefined;
  return {
    short: `${format(lost.length)} lost`,
    sentences: lost.slice(0, mostNamed).map(({ jobId, last }) => `LOST: ${jobId}: ${last}`),
  };
}

function checkDoubled({ doubled }: LoadSummary): Failure | undefined {
  if (doubled.length === 0) return undefined;
  return {
    short: `${format(doubled.length)} finished twice`,
    sentences: doubled
      .slice(0, mostNamed)
      .map(({ jobId, first, then }) => `FINISHED TWICE: ${jobId}: first ${first}, then ${then}`),
  };
}

function checkFailed({ finished, states }: LoadSummary, { failedPercent }: Limits): Failure | undefined {
  const count = finished - (states.succeeded ?? 0);
  if (count === 0 || percent(count, finished) <= failedPercent) return undefined;
  return {
    short: `${format(count)} did not succeed`,
    sentences: [
      `${format(count)} of ${format(finished)} finished jobs (${inPercent(count, finished)}) did not succeed; ` +
        `the limit is ${failedPercent} % (--max-failed-percent).`,
    ],
  };
}

function noteCaveats({ isPlanKept, lateness }: LoadSummary): string[] {
  const seen = "Seen through the API only: a second run of a job that left its record unchanged does not show here.";
  if (isPlanKept || lateness === undefined) return [seen];
  const late = `99 % of the requests were sent within ${formatSeconds(lateness.p99)} of their planned times, the latest ${formatSeconds(lateness.max)} after it: the load was smoother than planned.`;
  return [late, seen];
}

function describeAccepted(accepted: number, planned: number): string {
  return accepted === planned
    ? `all ${format(planned)} jobs accepted`
    : `${format(accepted)} of ${format(planned)} jobs accepted`;
}

function describeShare(count: number, planned: number): string {
  return `${format(count)} of ${format(planned)} jobs (${inPercent(count, planned)})`;
}

/** Rounds to 0 % or 100 % only when the share is exactly that. */
function inPercent(count: number, of: number): string {
  const share = percent(count, of);
  const isWhole = Number.isInteger(share);
  return `${isWhole ? share : Math.min(99.9, Math.max(0.1, share)).toFixed(1)} %`;
}

function percent(count: number, of: number): number {
  return (count * 100) / of;
}

function format(count: number): string {
  return count.toLocaleString("en-US");
}

const mostNamed = 10;
