import type { Clock } from "../../runtime/clock.ts";
import type { Cloud } from "../cloud.ts";
import { readJobWrite } from "../read-job-write.ts";

interface LeaseInput {
  ExpressionAttributeValues?: { ":lease"?: { M?: { until?: { N?: string } } } };
}

/** Leases of all workers, read from the writes of the jobs' records. */
export interface Leases {
  /** The number of valid leases after each write. */
  counts: number[];
  /** The number of valid leases now. */
  valid(): number;
}

export function watchLeases(cloud: Cloud, clock: Clock): Leases {
  const ends = new Map<string, number>();
  const counts: number[] = [];
  cloud.gateway.observers.add({
    after(call, status) {
      const write = readJobWrite(call, status);
      if (write === undefined) return "proceed";
      const until = (call.input as LeaseInput).ExpressionAttributeValues?.[":lease"]?.M?.until?.N;
      if (until !== undefined) ends.set(write.jobId, Number(until));
      else if (write.state !== undefined) ends.delete(write.jobId);
      counts.push(valid());
      return "proceed";
    },
  });
  const valid = () => {
    const now = clock.now();
    return [...ends.values()].filter((end) => end > now).length;
  };
  return { counts, valid };
}
