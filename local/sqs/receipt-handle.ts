import { AwsError } from "../aws-error.ts";

/** One receive of one message from one queue. */
export interface ReceiptHandle {
  readonly queueId: string;
  readonly messageId: string;
  /** The message's receive count at that receive: tells an older receipt from the newest. */
  readonly receive: number;
}

export function writeReceiptHandle({ queueId, messageId, receive }: ReceiptHandle): string {
  return Buffer.from(`${queueId} ${messageId} ${receive}`).toString("base64");
}

/** Refuses what no queue, or another one, has given out. */
export function readReceiptHandle(handle: string, queueId: string): ReceiptHandle {
  const [queue, messageId, receive] = Buffer.from(handle, "base64").toString().split(" ");
  if (queue !== queueId || !messageId || !receive) {
    throw new AwsError(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
      404,
    );
  }
  return { queueId, messageId, receive: Number(receive) };
}
