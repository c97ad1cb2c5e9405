import * as z from "zod";
import { AwsError } from "../../aws-error.ts";
import type { Action } from "../action.ts";
import { parseInput } from "../parse-input.ts";
import type { Queue } from "../queue.ts";
import { changeAttributes, initialAttributes, type QueueAttributes } from "../queue-attributes.ts";

const inputSchema = z.strictObject({
  QueueName: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
});

export const createQueue: Action = ({ queues }, input) => {
  const { QueueName: name, Attributes: wanted } = parseInput(inputSchema, input);
  const attributes = changeAttributes(initialAttributes, wanted);
  checkName(name, attributes);

  const existing = queues.find(name);
  if (existing) {
    checkSameAttributes(existing, attributes, wanted);
    return { QueueUrl: existing.identity.url };
  }

  return { QueueUrl: queues.create(name, attributes).identity.url };
};

function checkName(name: string, { FifoQueue }: QueueAttributes): void {
  if (FifoQueue && !/^[A-Za-z0-9_-]{1,75}\.fifo$/.test(name)) {
    throw new AwsError(
      "InvalidParameterValue",
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
    );
  }
  if (!FifoQueue && !/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
    throw new AwsError(
      "InvalidParameterValue",
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  }
}

function checkSameAttributes(existing: Queue, attributes: QueueAttributes, wanted: QueueAttributes): void {
  const different = Object.keys(wanted).find((name) => attributes[name] !== existing.attributes[name]);
  if (different) {
    throw new AwsError(
      "QueueNameExists",
      `A queue already exists with the same name and a different value for attribute ${different}`,
    );
  }
}
