import { type Backoff, backoffMilliseconds } from "../../runtime/backoff.ts";
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
  /** Messages to process at once. */
  slots: number;
  /** True while ECS should find this task idle. No message is received then. */
  isResting(): boolean;
  /** Processes a message to its end; never rejects. */
  process(received: ReceivedMessage): Promise<void>;
}

/**
 * Receives messages while slots are free, and never more than it can start at once: another worker could process a message
 * that waits here. Resolves after `stop` aborts and all messages are processed.
 */
export async function pollMessages(deps: PollDeps, stop: AbortSignal): Promise<void> {
  const processing = new Set<Promise<void>>();
  let failures = 0;
  while (!stop.aborted) {
    const free = deps.slots - processing.size;
    if (free === 0 || deps.isResting()) {
      // A processed message frees a slot. A resting worker without messages looks again after a second.
      await Promise.race(processing.size > 0 ? processing : [sleep(deps.clock, restLookMilliseconds, stop)]);
      continue;
    }
    try {
      for (const received of await deps.queue.receive(Math.min(mostAtOnce, free), stop)) {
        const done = handle(deps, received, stop).finally(() => processing.delete(done));
        processing.add(done);
      }
      failures = 0;
    } catch (error) {
      failures += 1;
      deps.log.error({ err: asError(error), failures }, "receiving messages failed; trying again");
      await sleep(deps.clock, backoffMilliseconds(failures, { ...backoff, random: deps.random() }), stop);
    }
  }
  await Promise.all(processing);
}

/** The limit of SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const mostAtOnce = 10;

const restLookMilliseconds = 1_000;

const backoff: Backoff = { baseMilliseconds: 1_000, capMilliseconds: 30_000 };

/** Processes the message. If the drain has begun, returns it to the queue at once. */
async function handle({ queue, log, process }: PollDeps, received: ReceivedMessage, stop: AbortSignal): Promise<void> {
  if (!stop.aborted) return process(received);
  try {
    await queue.defer(received, 0);
  } catch (error) {
    const { messageId } = received;
    log.warn(
      { err: asError(error), messageId },
      "could not return a message received during the drain; it becomes visible after its visibility timeout",
    );
  }
}
