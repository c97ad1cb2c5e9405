import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { JobQueue, ReceivedMessage } from "../jobs/ports.ts";

/** Deletes messages in batches. */
export interface GatheredDeletes {
  /** Deletes the message soon, together with others. */
  add(received: ReceivedMessage): void;
  /** Sends the gathered deletes. Resolves when all calls have ended. */
  flush(): Promise<void>;
}

export interface DeleteDeps {
  queue: Pick<JobQueue, "deleteBatch">;
  clock: Clock;
  log: Log;
}

/**
 * Gathers deletes for `windowMilliseconds`, at most ten, and sends them in one call. Each message is of a finished job, or was moved to
 * another queue. So if it is not deleted, the worker that receives it next deletes it, or moves it again and deletes it.
 */
export function gatherDeletes({ queue, clock, log }: DeleteDeps, windowMilliseconds: number): GatheredDeletes {
  let gathered: ReceivedMessage[] = [];
  let cancelTimer = () => {};
  const open = new Set<Promise<void>>();

  function send(): void {
    cancelTimer();
    const batch = gathered;
    gathered = [];
    const call = deleteAll(batch).finally(() => open.delete(call));
    open.add(call);
  }

  /** Never rejects. */
  async function deleteAll(batch: ReceivedMessage[]): Promise<void> {
    try {
      const failed = await queue.deleteBatch(batch);
      if (failed.length === 0) return;
      // SQS may fail to delete some messages of a batch. The SDK does not retry these.
      const failedAgain = await queue.deleteBatch(failed);
      if (failedAgain.length > 0) log.warn({ messageIds: idsOf(failedAgain) }, notDeleted);
    } catch (error) {
      log.error({ err: asError(error), messageIds: idsOf(batch) }, notDeleted);
    }
  }

  return {
    add(received) {
      gathered.push(received);
      if (gathered.length === mostAtOnce) send();
      else if (gathered.length === 1) cancelTimer = clock.after(windowMilliseconds, send);
    },
    async flush() {
      if (gathered.length > 0) send();
      await Promise.all(open);
    },
  };
}

/** The limit of SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html */
const mostAtOnce = 10;

const notDeleted =
  "messages that are no longer needed could not be deleted; they are deleted when they are received again";

function idsOf(messages: ReceivedMessage[]): string[] {
  return messages.map(({ messageId }) => messageId);
}
