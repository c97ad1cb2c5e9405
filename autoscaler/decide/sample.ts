/** What was seen at one moment. Whatever could not be seen is undefined: unknown is not zero. */
export interface Sample {
  /** Messages that a worker could take now, in flight, and not yet due. */
  visibleJobs: number;
  jobsInFlight: number;
  delayedJobs: number;
  runningTasks: number;
  /** Tasks that wait for room or start. */
  pendingTasks: number;
  desiredTasks: number;
  arrivals: Arrivals | undefined;
  workers: WorkerFlow | undefined;
  instances: readonly InstanceSample[] | undefined;
}

/** What the API let in. */
export interface Arrivals {
  /** Jobs accepted per second, over the last 120 s. */
  perSecond: number;
  /** Jobs accepted in each ten seconds of the last `arrivalSpanSeconds`; the newest last, which may not be full yet. */
  counts: readonly number[];
}

export const arrivalBucketSeconds = 10;

/** Back beyond the wait target, so that those who have just become late are seen; an hour at most. */
export function arrivalSpanSeconds(waitTargetSeconds: number): number {
  return Math.min(waitTargetSeconds + 60, 3_600);
}

/** What the workers say of themselves; each task does every few seconds. */
export interface WorkerFlow {
  /** Tasks that have reported lately, with all their slots, and the slots that have a job. */
  reportingTasks: number;
  slots: number;
  busySlots: number;
  /** How long each job that runs has been running. */
  agesSeconds: readonly number[];
  /** How long the last jobs ran, up to 400, the newest last. */
  serviceSeconds: readonly number[];
}

/** An instance of the cluster, and how many of the service's tasks are on it. */
export interface InstanceSample {
  id: string;
  tasks: number;
}
