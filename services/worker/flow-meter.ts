import { endedJobs, type WorkerReport } from "../../contract/scaling-table.ts";
import type { Clock } from "../../runtime/clock.ts";

/** Measures slot use and service times for the scaling controller. */
export interface FlowMeter {
  /**
   * Records the start of a job in a slot. The returned function records its end. Only jobs that succeeded or failed
   * (`hasRun`) add a service time.
   */
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
