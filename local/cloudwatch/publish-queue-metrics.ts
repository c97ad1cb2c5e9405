import type { Clock } from "../../runtime/clock.ts";
import type { Sqs } from "../sqs/sqs.ts";
import type { CloudWatch } from "./cloud-watch.ts";

/** SQS's metrics are seen a minute or two after the fact; AWS publishes no figure. */
const lagMilliseconds = 60_000;

/**
 * The metrics AWS/SQS of every queue, once a minute of AWS's clock. The age is in the machine's seconds, as tickets wait in
 * real time. Returns what ends it.
 */
export function publishQueueMetrics(sqs: Sqs, cloudWatch: CloudWatch, clock: Clock): () => void {
  let cancel = () => {};
  const wait = () => {
    cancel = clock.after(60_000 - (clock.now() % 60_000), () => {
      for (const name of sqs.names()) cloudWatch.put(datapointsOf(sqs, name), lagMilliseconds);
      wait();
    });
  };
  wait();
  return () => cancel();
}

function datapointsOf(sqs: Sqs, queueName: string) {
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
    at: undefined,
  }));
}
