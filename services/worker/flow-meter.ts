import { endedJobs, type WorkerReport } from "../../contract/scaling-table.ts";
import type { Clock } from "../../runtime/clock.ts";

/** What a worker's slots do, as the controller wants to know it. */
export interface FlowMeter {
  /** A job takes a slot; what is returned says that it is over. Only one that was done or failed says how long such jobs run. */
  begin(): (end: { hasRun: boolean }) => void;
  report(): WorkerReport;
}

export function createFlowMeter({ clock, slots }: { clock: Clock; slots: number }): FlowMeter {
  const running = new Set<{ begunAt: number }>();
  const ended: [at: number, milliseconds: number][] = [];
  return {
    begin() {
      const job = { begunAt: clock.now() };
      running.add(job);
      return ({ hasRun }) => {
        if (!running.delete(job) || !hasRun) return;
        const now = clock.now();
        ended.push([now, now - job.begunAt]);
        if (ended.length > endedJobs) ended.shift();
      };
    },
    report: () => ({
      at: clock.now(),
      slots,
      begunAt: [...running].map(({ begunAt }) => begunAt),
      ended: [...ended],
    }),
  };
}

/** Where nobody asks. */
export const noFlowMeter: FlowMeter = {
  begin: () => () => {},
  report: () => ({ at: 0, slots: 0, begunAt: [], ended: [] }),
};
