import { z } from "zod";
import type { Action } from "../action.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.object({ QueueUrl: z.string() });

export const listQueueTags: Action = ({ queues }, input) => {
  const { tags } = queues.get(parseInput(inputSchema, input).QueueUrl);
  return { Tags: Object.fromEntries(tags) };
};
