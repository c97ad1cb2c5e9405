import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";

/** About how many tickets the queue holds, by what they wait for. */
export interface TicketCounts {
  /** A worker. */
  visible: number;
  /** The worker that received them. */
  inFlight: number;
  /** Their time. */
  delayed: number;
}

/** Counts the tickets of a queue; fails rather than call an unknown number none. */
export function createTicketCounter(options: { client: SQSClient; queueUrl: string }): () => Promise<TicketCounts> {
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
