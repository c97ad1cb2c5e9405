import { AppError, asError } from "../../runtime/errors.ts";
import type { QueueCounts } from "../../runtime/queue-counts.ts";
import type { QueueSample } from "../decide/backlog.ts";
import type { ServiceCounts } from "./describe-service.ts";

/** Where a sample comes from. */
export interface Senses {
  countJobs(): Promise<QueueCounts>;
  countTasks(): Promise<ServiceCounts>;
}

/**
 * Looks at queue and service at the same moment.
 * @throws AppError `sample` when one of them cannot be seen: half a sample is none, and unknown is not zero.
 */
export async function takeSample({ countJobs, countTasks }: Senses): Promise<QueueSample> {
  const [jobs, tasks] = await Promise.allSettled([countJobs(), countTasks()]);
  if (jobs.status === "rejected") throw unseen("queue", jobs.reason);
  if (tasks.status === "rejected") throw unseen("service", tasks.reason);
  return {
    visibleJobs: jobs.value.visible,
    jobsInFlight: jobs.value.inFlight,
    runningTasks: tasks.value.running,
    desiredTasks: tasks.value.desired,
  };
}

function unseen(what: string, reason: unknown): AppError {
  return new AppError("sample", `the ${what} could not be seen: ${asError(reason).message}`, { cause: reason });
}
