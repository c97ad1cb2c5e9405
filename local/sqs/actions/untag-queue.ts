import { z } from "zod";
import type { Action } from "../action.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.object({ QueueUrl: z.string(), TagKeys: z.array(z.string()) });

export const untagQueue: Action = ({ queues }, input) => {
  const { QueueUrl, TagKeys } = parseInput(inputSchema, input);
  const { tags } = queues.get(QueueUrl);
  for (const key of TagKeys) tags.delete(key);
  return {};
};
