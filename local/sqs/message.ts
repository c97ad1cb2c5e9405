import type { MessageContent } from "./message-content.ts";

/** Where a message of a queue can be. */
export type MessageState = "visible" | "in-flight" | "delayed";

/** A message as one queue holds it. */
export interface Message {
  readonly id: string;
  readonly content: MessageContent;
  readonly senderId: string;
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
