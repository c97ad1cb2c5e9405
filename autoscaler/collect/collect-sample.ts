import { AppError, asError } from "../../runtime/errors.ts";
import type { QueueCounts } from "../../runtime/queue-counts.ts";
import type { ArrivalSample, LimitedJobs, Sample, WorkerSample } from "../decide/sample.ts";
import type { TaskCounts } from "./describe-service.ts";
import type { ContainerInstance } from "./list-instances.ts";
import type { CapacityLimits } from "./read-limits.ts";

/** Messages of all queues, and those of the queues of types with a limit. */
export interface JobCounts extends QueueCounts {
  limited?: readonly LimitedJobs[];
}

/** The sources of a sample, and of the settings on AWS that a decision may change. */
export interface Collectors {
  countJobs(): Promise<JobCounts>;
  countTasks(): Promise<TaskCounts>;
  readArrivals(now: number): Promise<ArrivalSample>;
  readWorkers(now: number): Promise<WorkerSample | undefined>;
  listInstances(): Promise<ContainerInstance[]>;
  readCapacityLimits(): Promise<CapacityLimits>;
  /** MinSize of the Auto Scaling group. */
  readMinSize(): Promise<number>;
}

export interface Observation {
  sample: Sample;
  instances: ContainerInstance[] | undefined;
  capacityLimits: CapacityLimits | undefined;
  minSize: number | undefined;
  /** One message for each source that could not be read. */
  readErrors: string[];
}

/**
 * Reads all sources at the same time.
 * @throws AppError `sample` if the queue or the service cannot be read: no decision is possible without their counts
 */
export async function collectSample(collectors: Collectors, now: number): Promise<Observation> {
  const [jobs, tasks, arrivals, workers, instances, capacityLimits, minSize] = await Promise.allSettled([
    collectors.countJobs(),
    collectors.countTasks(),
    collectors.readArrivals(now),
    collectors.readWorkers(now),
    collectors.listInstances(),
    collectors.readCapacityLimits(),
    collectors.readMinSize(),
  ]);
  if (jobs.status === "rejected") throw new AppError("sample", describe("queue", jobs), { cause: jobs.reason });
  if (tasks.status === "rejected") throw new AppError("sample", describe("service", tasks), { cause: tasks.reason });
  const optional = {
    "arrival counts; using the last known rate": arrivals,
    "worker reports; using the last known service time": workers,
    instances,
    "scalable target": capacityLimits,
    "Auto Scaling group": minSize,
  };
  return {
    sample: {
      visibleJobs: jobs.value.visible,
      jobsInFlight: jobs.value.inFlight,
      delayedJobs: jobs.value.delayed,
      ...(jobs.value.limited && { limited: jobs.value.limited }),
      runningTasks: tasks.value.running,
      pendingTasks: tasks.value.pending,
      desiredTasks: tasks.value.desired,
      arrivals: valueIfRead(arrivals),
      workers: valueIfRead(workers),
      instances: valueIfRead(instances)?.map(({ id, tasks }) => ({ id, tasks })),
    },
    instances: valueIfRead(instances),
    capacityLimits: valueIfRead(capacityLimits),
    minSize: valueIfRead(minSize),
    readErrors: Object.entries(optional).flatMap(([source, result]) =>
      result.status === "rejected" ? [describe(source, result)] : [],
    ),
  };
}

function valueIfRead<Value>(result: PromiseSettledResult<Value>): Value | undefined {
  return result.status === "fulfilled" ? result.value : undefined;
}

function describe(source: string, { reason }: PromiseRejectedResult): string {
  return `cannot read the ${source}: ${asError(reason).message}`;
}
