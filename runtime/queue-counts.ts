import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";

/** About how many messages a queue holds, by what they wait for. */
export interface QueueCounts {
  /** A receiver. */
  visible: number;
  /** Whoever received them. */
  inFlight: number;
  /** Their time. */
  delayed: number;
}

/** Counts the messages of a queue; fails rather than call an unknown number none. */
export function createQueueCounter(options: { client: SQSClient; queueUrl: string }): () => Promise<QueueCounts> {
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

const count = z.string().min(1).transform(Number).pipe(z.int().nonnegative());

const countsSchema = z.object({
  ApproximateNumberOfMessages: count,
  ApproximateNumberOfMessagesNotVisible: count,
  ApproximateNumberOfMessagesDelayed: count,
});
