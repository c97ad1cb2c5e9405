import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { JobKey } from "../jobs/job.ts";
import type { JobStore } from "../jobs/ports.ts";
import { type EventDeps, publishPending } from "./event-store.ts";

export interface LeftEventDeps extends EventDeps {
  store: JobStore;
  clock: Clock;
}

/** Jobs of one sweep. At 50 ms for each and 20 at once, they take seconds of the sweep's minute. */
const mostJobs = 2_000;

/**
 * Publishes events that have been in the records of ended jobs for this time. The process that ended such a job died, or could not
 * reach the topic.
 * @throws AppError `events` when some could not be published; the next sweep tries again.
 */
export async function publishLeftEvents(deps: LeftEventDeps, ageMilliseconds: number): Promise<void> {
  const { store, clock, log } = deps;
  const keys = await store.listStale("unpublished", clock.now() - ageMilliseconds, mostJobs);
  let published = 0;
  let failed = 0;

  async function publishLeft(key: JobKey): Promise<void> {
    try {
      const job = await store.load(key);
      if (job) published += await publishPending(store, deps, job);
    } catch (error) {
      failed++;
      log.error({ ...key, err: asError(error) }, "could not publish the job's events; the next sweep tries again");
    }
  }

  const lanes = deps.isOrdered ? await lanesOf(store, keys) : keys.map((key) => [key]);
  await atMostAtOnce(20, lanes, async (lane) => {
    for (const key of lane) await publishLeft(key);
  });
  if (published > 0)
    log.warn({ jobs: keys.length, published }, "published events that the ends of jobs had left unpublished");
  if (failed > 0)
    throw new AppError("events", `The events of ${failed} jobs could not be published; the log names them.`);
}

/** Jobs of a group share a lane: at the same time each of them would publish the events of those before it. */
async function lanesOf(store: JobStore, keys: JobKey[]): Promise<JobKey[][]> {
  const groups = new Map<JobKey, string>();
  await atMostAtOnce(20, keys, async (key) => {
    // A record that cannot be read is reported when its events are published.
    const { groupId } = (await store.load(key).catch(() => undefined)) ?? {};
    groups.set(key, JSON.stringify([key.owner, groupId === undefined ? ["job", key.jobId] : ["group", groupId]]));
  });
  return [...Map.groupBy(keys, (key) => groups.get(key)).values()];
}
