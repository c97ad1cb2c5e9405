import type { Receipt } from "./receipt.ts";

/** The attributes that SQS itself gives a received message, as text. */
const attributes: Record<string, (receipt: Receipt, senderId: string) => string | undefined> = {
  SenderId: (_receipt, senderId) => senderId,
  SentTimestamp: ({ message }) => String(message.sentAt),
  ApproximateReceiveCount: ({ receiveCount }) => String(receiveCount),
  ApproximateFirstReceiveTimestamp: ({ firstReceivedAt }) => String(firstReceivedAt),
  MessageGroupId: ({ message }) => message.content.groupId,
  MessageDeduplicationId: ({ message }) => message.content.deduplicationId,
  SequenceNumber: ({ message }) => message.sequenceNumber,
  DeadLetterQueueSourceArn: ({ message }) => message.deadLetterSourceArn,
};

/** All names that ReceiveMessage accepts. */
export const systemAttributeNames: ReadonlySet<string> = new Set(["All", ...Object.keys(attributes)]);

/** The attributes asked for that the message has. */
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
