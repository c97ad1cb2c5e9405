import { z } from "zod";
import type { Action } from "../action.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.object({ QueueUrl: z.string(), Tags: z.record(z.string(), z.string()) });

export const tagQueue: Action = ({ queues }, input) => {
  const { QueueUrl, Tags } = parseInput(inputSchema, input);
  const { tags } = queues.get(QueueUrl);
  for (const [key, value] of Object.entries(Tags)) tags.set(key, value);
  return {};
};
