import type { Disposition } from "../jobs/machine.ts";
import type { JobQueue, ReceivedMessage } from "../jobs/ports.ts";

/** Does with the message what the state machine ordered, now that the record is written. */
export async function settleMessage(
  queue: JobQueue,
  received: ReceivedMessage,
  disposition: Disposition,
): Promise<void> {
  switch (disposition.kind) {
    case "leave":
      return;
    case "delete":
      return queue.delete(received);
    case "dead-letter":
      return queue.deadLetter(received, disposition.reason);
    case "defer":
      return queue.defer(received, disposition.milliseconds);
    case "send":
      // For who holds no message; whoever holds one lets it be seen.
      return queue.defer(received, 0);
  }
}
