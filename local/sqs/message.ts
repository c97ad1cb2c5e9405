import { randomUUID } from "node:crypto";
import type { MessageContent } from "./message-content.ts";

/** Where a message of a queue can be. */
export type MessageState = "visible" | "in-flight" | "delayed";

/** A message as one queue holds it. */
export interface Message {
  readonly id: string;
  readonly content: MessageContent;
  /** Stays the same when the message moves to a dead-letter queue; retention counts from here. */
  readonly sentAt: number;
  /** When this queue got it; the age that metrics show counts from here. */
  readonly arrivedAt: number;
  readonly deadLetterSourceArn: string | undefined;
  /** In all queues together, as ApproximateReceiveCount is defined. */
  receiveCount: number;
  /** In this queue only: what its redrive policy counts. */
  receivesHere: number;
  firstReceivedAt: number | undefined;
  lastReceivedAt: number | undefined;
}

/** A message and where in its queue it is. */
export interface PlacedMessage {
  readonly message: Message;
  readonly state: MessageState;
}

/** A message on its way into a queue, which has its own delay where none is given. */
export interface OutgoingMessage {
  readonly content: MessageContent;
  readonly delaySeconds: number | undefined;
}

/** A change of a message. */
export type QueueEventKind = "sent" | "received" | "visible-again" | "deleted" | "expired" | "moved-to-dead-letter";

/** A change of one message, published once it has taken effect. */
export interface QueueEvent {
  readonly kind: QueueEventKind;
  readonly queueName: string;
  readonly messageId: string;
  readonly at: number;
}

export function newMessage({ content }: OutgoingMessage, now: number): Message {
  return {
    id: randomUUID(),
    content,
    sentAt: now,
    arrivedAt: now,
    deadLetterSourceArn: undefined,
    receiveCount: 0,
    receivesHere: 0,
    firstReceivedAt: undefined,
    lastReceivedAt: undefined,
  };
}
