import { z } from "zod";
import type { Action } from "../action.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.object({ QueueUrl: z.string(), Attributes: z.record(z.string(), z.string()) });

export const setQueueAttributes: Action = ({ queues }, input) => {
  const { QueueUrl, Attributes } = parseInput(inputSchema, input);
  queues.setAttributes(queues.get(QueueUrl), Attributes);
  return {};
};
