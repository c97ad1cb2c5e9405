import type { WorkerReport } from "../../contract/scaling-table.ts";
import type { WorkerFlow } from "../decide/sample.ts";

/**
 * What all workers say, as one. Who has fallen silent runs nothing that is known of, but the jobs it ended still tell how
 * long such jobs run. Undefined when nobody has spoken lately.
 */
export function mergeReports(
  reports: readonly WorkerReport[],
  now: number,
  silentSeconds: number,
): WorkerFlow | undefined {
  const lately = reports.filter(({ at }) => at > now - silentSeconds * 1_000);
  if (lately.length === 0) return undefined;
  const ended = reports
    .flatMap(({ ended }) => ended)
    .sort(([one], [other]) => one - other)
    .slice(-mostJobs);
  const begunAt = lately.flatMap(({ begunAt }) => begunAt);
  return {
    reportingTasks: lately.length,
    slots: lately.reduce((sum, { slots }) => sum + slots, 0),
    busySlots: begunAt.length,
    agesSeconds: begunAt.map((at) => seconds(Math.max(0, now - at))),
    serviceSeconds: ended.map(([, milliseconds]) => seconds(milliseconds)),
  };
}

/** So many of the latest jobs say how long one runs. */
const mostJobs = 400;

/** To a thousandth, so that a decision that is kept stays small. */
function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1_000;
}
