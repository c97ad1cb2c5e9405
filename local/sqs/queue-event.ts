/** What can happen to a message. "redriven" is its leaving a dead-letter queue by a move task. */
export type QueueEventKind =
  | "sent"
  | "received"
  | "visible-again"
  | "deleted"
  | "expired"
  | "moved-to-dead-letter"
  | "redriven";

/** One thing that happened to one message, told when it has taken effect. */
export interface QueueEvent {
  readonly kind: QueueEventKind;
  readonly queueName: string;
  readonly messageId: string;
  readonly at: number;
}
