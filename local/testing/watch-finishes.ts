import { isFinished, type JobState } from "../../contract/job.ts";
import type { Cloud } from "../cloud.ts";

/** What the table saw of each job: every write that ended it. A sound system has exactly one for each. */
export interface Finishes {
  /** Writes that ended the job. */
  of(jobId: string): number;
  /** Resolves at the first write that ends the job. */
  when(jobId: string): Promise<void>;
}

export function watchFinishes(cloud: Cloud): Finishes {
  const counts = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  cloud.gateway.observers.add({
    after(call, status) {
      const item = (call.input as { Item?: { state?: { S?: JobState }; jobId?: { S?: string } } } | undefined)?.Item;
      if (call.action !== "PutItem" || status !== 200 || !item?.state?.S || !isFinished(item.state.S)) return "proceed";
      const jobId = item.jobId?.S ?? "";
      counts.set(jobId, (counts.get(jobId) ?? 0) + 1);
      for (const resolve of waiting.get(jobId) ?? []) resolve();
      waiting.delete(jobId);
      return "proceed";
    },
  });
  return {
    of: (jobId) => counts.get(jobId) ?? 0,
    when: (jobId) =>
      new Promise((resolve) => {
        if (counts.has(jobId)) resolve();
        else waiting.set(jobId, [...(waiting.get(jobId) ?? []), resolve]);
      }),
  };
}
