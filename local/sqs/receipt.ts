import { AwsError } from "../aws-error.ts";
import type { Message } from "./message.ts";

/** One receive of a message: the message itself changes on. */
export interface Receipt {
  readonly handle: string;
  readonly message: Message;
  readonly receiveCount: number;
  readonly firstReceivedAt: number;
}

/** Counts the receive in the message and gives out the handle for it. */
export function receiptOf(message: Message, queueId: string, now: number): Receipt {
  message.receiveCount++;
  message.receivesHere++;
  message.firstReceivedAt ??= now;
  message.lastReceivedAt = now;
  const { id, receiveCount, firstReceivedAt } = message;
  const handle = Buffer.from(`${queueId} ${id} ${receiveCount}`).toString("base64");
  return { handle, message, receiveCount, firstReceivedAt };
}

/** What a handle says; refuses what no queue, or another one, has given out. */
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
