import * as z from "zod";
import type { Action } from "../action.ts";
import { parseInput } from "../parse-input.ts";
import type { Queue } from "../queue.ts";
import { settableAttributeNames, unknownAttribute } from "../queue-attributes.ts";

const inputSchema = z.strictObject({ QueueUrl: z.string(), AttributeNames: z.array(z.string()).default([]) });

/** The attributes that cannot be set. */
const readOnly: Record<string, (queue: Queue) => string> = {
  QueueArn: (queue) => queue.identity.arn,
  CreatedTimestamp: (queue) => seconds(queue.createdAt),
  LastModifiedTimestamp: (queue) => seconds(queue.modifiedAt),
  ApproximateNumberOfMessages: (queue) => String(queue.count("visible")),
  ApproximateNumberOfMessagesNotVisible: (queue) => String(queue.count("in-flight")),
  ApproximateNumberOfMessagesDelayed: (queue) => String(queue.count("delayed")),
};

const allNames = [...Object.keys(readOnly), ...settableAttributeNames];

export const getQueueAttributes: Action = ({ queues }, input) => {
  const { QueueUrl, AttributeNames } = parseInput(inputSchema, input);
  const queue = queues.get(QueueUrl);
  const unknown = AttributeNames.find((name) => ![...allNames, "All"].includes(name));
  if (unknown !== undefined) throw unknownAttribute(unknown);

  const names = AttributeNames.includes("All") ? allNames : AttributeNames;
  const values = names.map((name) => [name, readOnly[name]?.(queue) ?? queue.attributes[name]]);
  // SQS leaves out attributes that are not set.
  return { Attributes: Object.fromEntries(values.filter(([, value]) => value !== undefined)) };
};

function seconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000));
}
