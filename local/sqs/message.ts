import { randomUUID } from "node:crypto";
import type { MessageContent } from "./message-content.ts";

/** The state of a message in its queue. */
export type MessageState = "visible" | "in-flight" | "delayed";

/** A message in a queue. */
export interface Message {
  readonly id: string;
  readonly content: MessageContent;
  /** Unchanged by a move to the dead-letter queue; retention counts from here. */
  readonly sentAt: number;
  /** Arrival in this queue; the age in metrics counts from here. */
  readonly arrivedAt: number;
  readonly deadLetterSourceArn: string | undefined;
  /** In a FIFO queue: rises with each message. */
  readonly sequenceNumber: string | undefined;
  /** Receives in all queues, as ApproximateReceiveCount is defined. */
  receiveCount: number;
  /** Receives in this queue; the redrive policy counts these. */
  receivesHere: number;
  firstReceivedAt: number | undefined;
  lastReceivedAt: number | undefined;
}

/** A message with its state. */
export interface PlacedMessage {
  readonly message: Message;
  readonly state: MessageState;
}

/** A message to be sent. Without a delay of its own it gets the queue's. */
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

export function newMessage({ content }: OutgoingMessage, now: number, sequenceNumber: string | undefined): Message {
  return {
    id: randomUUID(),
    content,
    sentAt: now,
    arrivedAt: now,
    deadLetterSourceArn: undefined,
    sequenceNumber,
    receiveCount: 0,
    receivesHere: 0,
    firstReceivedAt: undefined,
    lastReceivedAt: undefined,
  };
}
