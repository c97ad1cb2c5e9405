import { z } from "zod";
import { parseInput } from "../parse-input.ts";
import type { Queue } from "../queue.ts";
import { settableAttributeNames, unknownAttribute } from "../queue-attributes.ts";
import type { Action } from "../router.ts";

const inputSchema = z.object({ QueueUrl: z.string(), AttributeNames: z.array(z.string()).default([]) });

/** What a queue tells about itself besides what was set. */
const readOnly: Record<string, (queue: Queue) => string> = {
  QueueArn: (queue) => queue.identity.arn,
  CreatedTimestamp: (queue) => seconds(queue.createdAt),
  LastModifiedTimestamp: (queue) => seconds(queue.modifiedAt),
  ApproximateNumberOfMessages: (queue) => String(queue.count("visible")),
  ApproximateNumberOfMessagesNotVisible: (queue) => String(queue.count("in-flight")),
  ApproximateNumberOfMessagesDelayed: (queue) => String(queue.count("delayed")),
};

const allNames = [...Object.keys(readOnly), ...settableAttributeNames];

/** They may be asked for, and a standard queue has none of them. */
const fifoNames = ["FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"];

export const getQueueAttributes: Action = ({ queues }, input) => {
  const { QueueUrl, AttributeNames } = parseInput(inputSchema, input);
  const queue = queues.get(QueueUrl);
  const unknown = AttributeNames.find((name) => ![...allNames, ...fifoNames, "All"].includes(name));
  if (unknown !== undefined) throw unknownAttribute(unknown);

  const names = AttributeNames.includes("All") ? allNames : AttributeNames;
  const values = names.map((name) => [name, readOnly[name]?.(queue) ?? queue.attributes[name]]);
  // A standard queue's answer leaves out what is not set.
  return { Attributes: Object.fromEntries(values.filter(([, value]) => value !== undefined)) };
};

function seconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000));
}
