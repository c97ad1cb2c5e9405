import { AwsError } from "../aws-error.ts";
import type { Message, MessageState } from "./message.ts";
import { invalidParameter } from "./parse-input.ts";
import { longestVisibilitySeconds } from "./queue-attributes.ts";

/** One receive of a message. The fields are copies, because the message changes later. */
export interface Receipt {
  readonly handle: string;
  readonly message: Message;
  readonly receiveCount: number;
  readonly firstReceivedAt: number;
}

/** Counts the receive and creates its receipt handle. */
export function receiptOf(message: Message, queueId: string, now: number): Receipt {
  message.receiveCount++;
  message.receivesHere++;
  message.firstReceivedAt ??= now;
  message.lastReceivedAt = now;
  const { id, receiveCount, firstReceivedAt } = message;
  const handle = Buffer.from(`${queueId} ${id} ${receiveCount}`).toString("base64");
  return { handle, message, receiveCount, firstReceivedAt };
}

/** Parses a receipt handle, and refuses one that this queue has not issued. */
export function readReceiptHandle(handle: string, queueId: string): { messageId: string; receiveCount: number } {
  const [queue, messageId, receiveCount] = Buffer.from(handle, "base64").toString().split(" ");
  if (queue !== queueId || !messageId || !receiveCount) {
    throw new AwsError(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
      404,
    );
  }
  return { messageId, receiveCount: Number(receiveCount) };
}

/** When a message becomes visible again after a change of its timeout. The 12-hour limit counts from the last receive. */
export function visibleAgainAt(
  message: Message,
  state: MessageState | undefined,
  seconds: number,
  now: number,
): number {
  if (state !== "in-flight" || message.lastReceivedAt === undefined) {
    throw new AwsError("MessageNotInflight", `The message ${message.id} is not in flight: it is visible again.`);
  }
  const time = now + seconds * 1000;
  if (time > message.lastReceivedAt + longestVisibilitySeconds * 1000) {
    throw invalidParameter(
      seconds,
      "VisibilityTimeout",
      `Total VisibilityTimeout for the message is beyond the limit [${longestVisibilitySeconds} seconds]`,
    );
  }
  return time;
}
