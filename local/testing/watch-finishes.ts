import { isFinished } from "../../contract/job.ts";
import type { Cloud } from "../cloud.ts";
import { readJobWrite } from "../read-job-write.ts";

/** Counts the writes that finish each job. There must be exactly one per job. */
export interface Finishes {
  /** Number of writes that finished the job. */
  of(jobId: string): number;
  /** Resolves at the first write that finishes the job. */
  when(jobId: string): Promise<void>;
  /** Resolves at the write that starts an attempt, before the attempt does anything. */
  whenStarted(jobId: string): Promise<void>;
  /** Resolves at the first heartbeat: the worker knows that it has the job. */
  whenRenewed(jobId: string): Promise<void>;
}

export function watchFinishes(cloud: Cloud): Finishes {
  const starts = new Map<string, number>();
  const heartbeats = new Map<string, number>();
  const ends = new Map<string, number>();
  const running = new Set<string>();
  const waiting = new Set<() => void>();
  cloud.gateway.observers.add({
    after(call, status) {
      const write = readJobWrite(call, status);
      if (write === undefined) return "proceed";
      const { jobId, state } = write;
      // The sweeper's new message for a queued job is a write without a state too.
      const heartbeat = running.has(jobId) ? heartbeats : undefined;
      const events =
        state === undefined ? heartbeat : isFinished(state) ? ends : state === "running" ? starts : undefined;
      events?.set(jobId, (events.get(jobId) ?? 0) + 1);
      if (state === "running") running.add(jobId);
      else if (state !== undefined) running.delete(jobId);
      for (const look of waiting) look();
      return "proceed";
    },
  });
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isSo()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return {
    of: (jobId) => ends.get(jobId) ?? 0,
    when: (jobId) => until(() => ends.has(jobId)),
    whenStarted: (jobId) => until(() => starts.has(jobId)),
    whenRenewed: (jobId) => until(() => heartbeats.has(jobId)),
  };
}
