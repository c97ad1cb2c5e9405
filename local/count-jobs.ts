import { isFinished, type JobState } from "../contract/job.ts";
import type { Cloud } from "./cloud.ts";

/** How many jobs were accepted and how many ended, as the table's successful writes tell. */
export interface JobCounts {
  accepted: number;
  finished: number;
}

/** Watches the writes that pass the gateway; needs nothing of the services. */
export function watchJobs(cloud: Cloud): JobCounts {
  const counts: JobCounts = { accepted: 0, finished: 0 };
  cloud.gateway.observers.add({
    after(call, status) {
      if (call.service !== "dynamodb" || call.action !== "PutItem" || status !== 200) return "proceed";
      const item = (call.input as { Item?: { state?: { S?: JobState }; version?: { N?: string } } }).Item;
      if (item?.state?.S === "queued" && item.version?.N === "1") counts.accepted++;
      if (item?.state?.S && isFinished(item.state.S)) counts.finished++;
      return "proceed";
    },
  });
  return counts;
}
