import { AppError, asError } from "../../runtime/errors.ts";
import type { QueueCounts } from "../../runtime/queue-counts.ts";
import type { Arrivals, Sample, WorkerFlow } from "../decide/sample.ts";
import type { ServiceCounts } from "./describe-service.ts";
import type { ContainerInstance } from "./list-instances.ts";

/** Where a sample comes from. */
export interface Senses {
  countJobs(): Promise<QueueCounts>;
  countTasks(): Promise<ServiceCounts>;
  readArrivals(now: number): Promise<Arrivals>;
  readWorkers(now: number): Promise<WorkerFlow | undefined>;
  listInstances(): Promise<ContainerInstance[]>;
  /** What may have to be changed, as it is. */
  readFloor(): Promise<number>;
  readInstanceFloor(): Promise<number>;
}

/** What was seen, and what could not be, in words. */
export interface Look {
  sample: Sample;
  instances: ContainerInstance[] | undefined;
  floorTasks: number | undefined;
  instanceFloor: number | undefined;
  unseen: string[];
}

/**
 * Looks at everything at the same moment.
 * @throws AppError `sample` when queue or service cannot be seen: without them there is no sample, and unknown is not zero.
 */
export async function takeSample(senses: Senses, now: number): Promise<Look> {
  const [jobs, tasks, arrivals, workers, instances, floorTasks, instanceFloor] = await Promise.allSettled([
    senses.countJobs(),
    senses.countTasks(),
    senses.readArrivals(now),
    senses.readWorkers(now),
    senses.listInstances(),
    senses.readFloor(),
    senses.readInstanceFloor(),
  ]);
  if (jobs.status === "rejected") throw new AppError("sample", unseen("queue", jobs), { cause: jobs.reason });
  if (tasks.status === "rejected") throw new AppError("sample", unseen("service", tasks), { cause: tasks.reason });
  const parts = { arrivals, workers, instances, "scalable target": floorTasks, "Auto Scaling group": instanceFloor };
  return {
    sample: {
      visibleJobs: jobs.value.visible,
      jobsInFlight: jobs.value.inFlight,
      delayedJobs: jobs.value.delayed,
      runningTasks: tasks.value.running,
      pendingTasks: tasks.value.pending,
      desiredTasks: tasks.value.desired,
      arrivals: seen(arrivals),
      workers: seen(workers),
      instances: seen(instances)?.map(({ id, tasks }) => ({ id, tasks })),
    },
    instances: seen(instances),
    floorTasks: seen(floorTasks),
    instanceFloor: seen(instanceFloor),
    unseen: Object.entries(parts).flatMap(([what, part]) => (part.status === "rejected" ? [unseen(what, part)] : [])),
  };
}

function seen<Value>(part: PromiseSettledResult<Value>): Value | undefined {
  return part.status === "fulfilled" ? part.value : undefined;
}

function unseen(what: string, { reason }: PromiseRejectedResult): string {
  return `the ${what} could not be seen: ${asError(reason).message}`;
}
