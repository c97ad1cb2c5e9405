import type { Message } from "./message.ts";
import type { MessageContent } from "./message-content.ts";
import type { QueueSettings } from "./queue-attributes.ts";

/**
 * The messages that a FIFO queue has accepted within the deduplication interval, also those received and deleted since.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-key-terms.html
 */
export class SentIds {
  /** The oldest first. */
  readonly #sent = new Map<string, Message>();
  #sequence = 0;

  /** The message that was sent with the same deduplication id. A standard queue has none. */
  find(content: MessageContent, settings: QueueSettings, now: number): Message | undefined {
    for (const [key, { sentAt }] of this.#sent) {
      if (sentAt + intervalMilliseconds > now) break;
      this.#sent.delete(key);
    }
    return this.#sent.get(keyOf(content, settings));
  }

  note(message: Message, settings: QueueSettings): void {
    if (settings.isFifo) this.#sent.set(keyOf(message.content, settings), message);
  }

  /** As long as AWS's, as a text. */
  nextSequenceNumber(): string {
    return String(++this.#sequence).padStart(20, "0");
  }
}

function keyOf({ groupId, deduplicationId }: MessageContent, { deduplicationScope }: QueueSettings): string {
  return JSON.stringify([deduplicationScope === "messageGroup" ? groupId : undefined, deduplicationId]);
}

const intervalMilliseconds = 5 * 60 * 1_000;
