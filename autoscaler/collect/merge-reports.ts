import type { WorkerReport } from "../../contract/scaling-table.ts";
import type { WorkerSample } from "../decide/sample.ts";

/**
 * Merges the latest report of each worker. A report older than `silentSeconds` adds no slots and no running jobs, because
 * its worker may be gone; its service times still count. Undefined if all reports are older.
 */
export function mergeReports(
  reports: readonly WorkerReport[],
  now: number,
  silentSeconds: number,
): WorkerSample | undefined {
  const recent = reports.filter(({ at }) => at > now - silentSeconds * 1_000);
  if (recent.length === 0) return undefined;
  const ended = reports
    .flatMap(({ ended }) => ended)
    .sort(([one], [other]) => one - other)
    .slice(-mostJobs);
  const begunAt = recent.flatMap(({ begunAt }) => begunAt);
  return {
    reportingTasks: recent.length,
    slots: recent.reduce((sum, { slots }) => sum + slots, 0),
    busySlots: begunAt.length,
    agesSeconds: begunAt.map((at) => seconds(Math.max(0, now - at))),
    serviceSeconds: ended.map(([, milliseconds]) => seconds(milliseconds)),
  };
}

/** Service times kept: enough for a distribution, few enough for the decision log. */
const mostJobs = 400;

/** Rounded to milliseconds, to keep the stored decision small. */
function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1_000;
}
