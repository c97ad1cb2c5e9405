import type { JobType, Json } from "../contract/job.ts";
import { AppError } from "../runtime/errors.ts";
import { generateCount } from "../workload/arrivals.ts";
import { readArrivals, readJobList } from "../workload/job-list.ts";
import type { ShapeName } from "../workload/rate.ts";
import { generateServiceTimes, type ServiceTimes } from "../workload/service-times.ts";

/** Source of the arrival times: a generated shape, or a file. */
export type ArrivalSource =
  | { kind: "shape"; shape: ShapeName; count: number; durationSeconds: number }
  | { kind: "arrivals"; file: string; most: number | undefined }
  | { kind: "jobs"; file: string; most: number | undefined };

export interface PlanOptions {
  source: ArrivalSource;
  work: ServiceTimes;
  seed: number;
  type: JobType;
  /** Replaces the payload that is made from `work`. */
  payload: Json | undefined;
  /** Number of groups that the jobs belong to, in turn. Without it they have no order. */
  groups?: number | undefined;
  /** Jobs in one request. */
  batch: number;
}

/** One request of the plan, sent when its last job arrives. */
export interface PlannedRequest {
  atSeconds: number;
  jobs: { type: JobType; payload: Json; fifo?: true; groupId?: string }[];
}

/**
 * Plans all requests, in the order of their times.
 * @throws AppError `plan` when the plan has no job
 */
export async function planLoad(options: PlanOptions): Promise<PlannedRequest[]> {
  const requests: PlannedRequest[] = [];
  let jobs = 0;
  for await (const { atSeconds, serviceSeconds } of listJobs(options)) {
    const { type, payload = echoFor(serviceSeconds), groups } = options;
    const group = groups === undefined ? {} : { fifo: true as const, groupId: `group-${jobs % groups}` };
    const job = { type, payload, ...group };
    jobs++;
    const last = requests.at(-1);
    if (last === undefined || last.jobs.length === options.batch) requests.push({ atSeconds, jobs: [job] });
    else {
      last.jobs.push(job);
      last.atSeconds = atSeconds;
    }
  }
  if (requests.length > 0) return requests;
  throw new AppError("plan", "Expected at least one job to send; the plan has none.");
}

async function* listJobs({ source, work, seed }: PlanOptions) {
  if (source.kind === "jobs") {
    const { arrivalSeconds, serviceSeconds } = await readJobList(source.file);
    for (const [job, atSeconds] of arrivalSeconds.subarray(0, source.most).entries()) {
      yield { atSeconds, serviceSeconds: serviceSeconds[job] ?? 0 };
    }
    return;
  }
  const services = generateServiceTimes(work, seed);
  const moments =
    source.kind === "shape"
      ? generateCount(source.shape, { ...source, seed })
      : (await readArrivals(source.file)).subarray(0, source.most);
  for (const atSeconds of moments) yield { atSeconds, serviceSeconds: services.next().value };
}

function echoFor(serviceSeconds: number): Json {
  const sleepMs = Math.round(serviceSeconds * 1000);
  return sleepMs > 0 ? { sleepMs } : {};
}
