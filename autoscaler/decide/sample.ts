/** Counts of queue, service, instances, arrivals and workers, read at one moment. A field that could not be read is undefined, never zero. */
export interface Sample {
  /** Messages that a worker can receive now. */
  visibleJobs: number;
  /** Messages that a worker has received and not deleted. */
  jobsInFlight: number;
  /** Messages whose delay has not passed yet. */
  delayedJobs: number;
  /** The visible and in-flight messages of each job type with a limit, which the counts above include. Absent if no type has one. */
  limited?: readonly LimitedJobs[];
  runningTasks: number;
  /** Tasks that wait for capacity or are starting. */
  pendingTasks: number;
  /** Desired count of the ECS service. */
  desiredTasks: number;
  arrivals: ArrivalSample | undefined;
  workers: WorkerSample | undefined;
  instances: readonly InstanceSample[] | undefined;
}

/** Jobs of a type of which at most `limit` may run at once. */
export interface LimitedJobs {
  visibleJobs: number;
  jobsInFlight: number;
  limit: number;
}

/** The visible and in-flight jobs of types without a limit. */
export function unlimitedJobs({ visibleJobs, jobsInFlight, limited = [] }: Sample) {
  return {
    visibleJobs: visibleJobs - sum(limited.map((each) => each.visibleJobs)),
    jobsInFlight: jobsInFlight - sum(limited.map((each) => each.jobsInFlight)),
  };
}

/** Jobs that were due when the API or the inbox accepted them, and retried jobs; of types without a limit. */
export interface ArrivalSample {
  /** Mean over the last 120 s. */
  perSecond: number;
  /** Jobs in each bucket of `arrivalBucketSeconds`, over the last `arrivalSpanSeconds`. The newest bucket is last and still filling. */
  counts: readonly number[];
}

export const arrivalBucketSeconds = 10;

/** Wait target plus 60 s, at most one hour. The extra minute covers jobs that have just become late. */
export function arrivalSpanSeconds(waitTargetSeconds: number): number {
  return Math.min(waitTargetSeconds + 60, 3_600);
}

/** The recent reports of all worker tasks, merged. */
export interface WorkerSample {
  /** Tasks with a recent report. */
  reportingTasks: number;
  /** Slots of these tasks. */
  slots: number;
  /** Slots that are running a job. */
  busySlots: number;
  /** For each running job, how long it has been running. */
  agesSeconds: readonly number[];
  /** Service times of the last jobs that ended, at most 400, the newest last. */
  serviceSeconds: readonly number[];
}

/** An EC2 instance of the cluster and the number of tasks on it. */
export interface InstanceSample {
  /** EC2 instance id. */
  id: string;
  tasks: number;
}

/** Undefined for no values. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : sum(values) / values.length;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
