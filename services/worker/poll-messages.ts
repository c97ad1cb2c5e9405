import { backoffMilliseconds } from "../../runtime/backoff.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { JobQueue, ReceivedMessage } from "../jobs/ports.ts";

export interface PollDeps {
  queue: Pick<JobQueue, "receive" | "defer">;
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random(): number;
  /** Messages to work on at once. */
  slots: number;
  /** True while nothing new should begin. */
  isResting(): boolean;
  /** Works on a message to its end; never rejects. */
  work(received: ReceivedMessage): Promise<void>;
}

/**
 * Takes messages while there are free slots, never more than can be started at once: a message that waits here could be worked
 * on elsewhere. Resolves when it was told to stop and all work has ended.
 */
export async function pollMessages(deps: PollDeps, stop: AbortSignal): Promise<void> {
  const working = new Set<Promise<void>>();
  let failures = 0;
  while (!stop.aborted) {
    const free = deps.slots - working.size;
    if (free === 0 || deps.isResting()) {
      await Promise.race(working.size > 0 ? working : [sleep(deps.clock, restLookMilliseconds, stop)]);
      continue;
    }
    try {
      for (const received of await deps.queue.receive(Math.min(mostAtOnce, free), stop)) {
        const done = handle(deps, received, stop).finally(() => working.delete(done));
        working.add(done);
      }
      failures = 0;
    } catch (error) {
      failures += 1;
      deps.log.error({ err: asError(error), failures }, "messages could not be received");
      await sleep(deps.clock, backoffMilliseconds(failures, { ...pauses, random: deps.random() }), stop);
    }
  }
  await Promise.all(working);
}

/** SQS gives no more: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const mostAtOnce = 10;

const restLookMilliseconds = 1_000;

const pauses = { baseMilliseconds: 1_000, capMilliseconds: 30_000 };

/** What comes while the worker is told to stop is for others, at once. */
async function handle({ queue, log, work }: PollDeps, received: ReceivedMessage, stop: AbortSignal): Promise<void> {
  if (!stop.aborted) return work(received);
  try {
    await queue.defer(received, 0);
  } catch (error) {
    log.warn(
      { err: asError(error), messageId: received.messageId },
      "message could not be given back; it comes back later",
    );
  }
}
