import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod";

/** SQS's approximate numbers of a queue's messages. */
export interface QueueCounts {
  visible: number;
  /** Received, and neither deleted nor visible again. */
  inFlight: number;
  /** Not yet due. */
  delayed: number;
}

/** Counts a queue's messages. Fails when a number is missing, because unknown is not zero. */
export function createQueueCounter(options: {
  client: Pick<SQSClient, "send">;
  queueUrl: string;
}): () => Promise<QueueCounts> {
  return async () => {
    const { Attributes } = await options.client.send(
      new GetQueueAttributesCommand({
        QueueUrl: options.queueUrl,
        AttributeNames: [
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
          "ApproximateNumberOfMessagesDelayed",
        ],
      }),
    );
    const counts = countsSchema.parse(Attributes);
    return {
      visible: counts.ApproximateNumberOfMessages,
      inFlight: counts.ApproximateNumberOfMessagesNotVisible,
      delayed: counts.ApproximateNumberOfMessagesDelayed,
    };
  };
}

/** Counts the messages of several queues at the same time. */
export function addQueueCounts(counters: readonly (() => Promise<QueueCounts>)[]): () => Promise<QueueCounts> {
  return async () => sumQueueCounts(await Promise.all(counters.map((count) => count())));
}

export function sumQueueCounts(counts: readonly QueueCounts[]): QueueCounts {
  const sum = (of: (one: QueueCounts) => number) => counts.reduce((total, one) => total + of(one), 0);
  return {
    visible: sum((one) => one.visible),
    inFlight: sum((one) => one.inFlight),
    delayed: sum((one) => one.delayed),
  };
}

const count = z.string().min(1).transform(Number).pipe(z.int().nonnegative());

const countsSchema = z.object({
  ApproximateNumberOfMessages: count,
  ApproximateNumberOfMessagesNotVisible: count,
  ApproximateNumberOfMessagesDelayed: count,
});
