import type { Clock } from "../../runtime/clock.ts";
import type { Cloud } from "../cloud.ts";
import { readJobWrite } from "../gateway/job-write.ts";

interface LeaseInput {
  ExpressionAttributeValues?: { ":lease"?: { M?: { until?: { N?: string } } } };
}

/** Records the number of valid leases, in all workers, after each write of a job's record. */
export function watchLeases(cloud: Cloud, clock: Clock): { counts: number[] } {
  const ends = new Map<string, number>();
  const counts: number[] = [];
  cloud.gateway.observers.add({
    after(call, status) {
      const write = readJobWrite(call, status);
      if (write === undefined) return "proceed";
      const until = (call.input as LeaseInput).ExpressionAttributeValues?.[":lease"]?.M?.until?.N;
      if (until !== undefined) ends.set(write.jobId, Number(until));
      else if (write.state !== undefined) ends.delete(write.jobId);
      const now = clock.now();
      counts.push([...ends.values()].filter((end) => end > now).length);
      return "proceed";
    },
  });
  return { counts };
}
