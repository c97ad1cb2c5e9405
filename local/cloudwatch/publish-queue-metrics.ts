import type { Clock } from "../../runtime/clock.ts";
import type { Sqs } from "../sqs/sqs.ts";
import type { CloudWatch } from "./cloud-watch.ts";
import { eachMinute } from "./each-minute.ts";

/**
 * The metrics AWS/SQS of every queue, once a minute of AWS's clock. The age is in the machine's seconds, as messages wait in
 * real time. Returns what ends it.
 */
export function publishQueueMetrics(sqs: Sqs, cloudWatch: CloudWatch, clock: Clock): () => void {
  return eachMinute(clock, () => {
    for (const name of sqs.names()) cloudWatch.putCounts(countsOf(sqs, name));
  });
}

function countsOf(sqs: Sqs, queueName: string) {
  const { visible, inFlight, delayed, oldestAgeSeconds } = sqs.counts(queueName);
  const values = {
    ApproximateNumberOfMessagesVisible: visible,
    ApproximateNumberOfMessagesNotVisible: inFlight,
    ApproximateNumberOfMessagesDelayed: delayed,
    ApproximateAgeOfOldestMessage: oldestAgeSeconds,
  };
  return Object.entries(values).map(([name, value]) => ({
    metric: { namespace: "AWS/SQS", name, dimensions: { QueueName: queueName } },
    value,
  }));
}
