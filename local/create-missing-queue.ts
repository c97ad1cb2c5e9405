import type { Cloud } from "./cloud.ts";
import { arnOf } from "./gateway/account.ts";

/** A queue of a subscriber or for replies belongs to another stack, which the laptop does not have: so it creates the queue. */
export async function createMissingQueue(cloud: Cloud, queueArn: string): Promise<void> {
  const name = queueArn.split(":").at(-1) ?? "";
  if (!queueArn.startsWith(arnOf(cloud.place, "sqs", ""))) {
    throw new Error(
      `queue ${queueArn} is in another region or account; the laptop's begin with ${arnOf(cloud.place, "sqs", "")}`,
    );
  }
  if (cloud.sqs.names().includes(name)) return;
  cloud.subscribedQueues.add(queueArn);
  const Attributes = name.endsWith(".fifo") ? { FifoQueue: "true" } : {};
  await cloud.sqs.handle("CreateQueue", { QueueName: name, Attributes }, new AbortController().signal);
  cloud.options.onLine("sqs", `created the queue ${cloud.gateway.endpoint}/${cloud.place.accountId}/${name}`);
}
