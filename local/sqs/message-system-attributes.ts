import type { Receipt } from "./receipt.ts";

/** What SQS itself knows of a received message, all as text. */
const attributes: Record<string, (receipt: Receipt, senderId: string) => string | undefined> = {
  SenderId: (_receipt, senderId) => senderId,
  SentTimestamp: ({ message }) => String(message.sentAt),
  ApproximateReceiveCount: ({ receiveCount }) => String(receiveCount),
  ApproximateFirstReceiveTimestamp: ({ firstReceivedAt }) => String(firstReceivedAt),
  MessageGroupId: ({ message }) => message.content.groupId,
  AWSTraceHeader: ({ message }) => message.content.traceHeader,
  DeadLetterQueueSourceArn: ({ message }) => message.deadLetterSourceArn,
  // Of FIFO queues.
  MessageDeduplicationId: () => undefined,
  SequenceNumber: () => undefined,
};

/** Every name that ReceiveMessage may be asked for. */
export const systemAttributeNames: ReadonlySet<string> = new Set(["All", ...Object.keys(attributes)]);

/** The ones asked for, as far as the message has them. */
export function systemAttributesOf(
  receipt: Receipt,
  senderId: string,
  names: readonly string[],
): Record<string, string> {
  const wanted = names.includes("All") ? Object.keys(attributes) : names;
  const found: Record<string, string> = {};
  for (const name of wanted) {
    const value = attributes[name]?.(receipt, senderId);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
