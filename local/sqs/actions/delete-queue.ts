import { z } from "zod";
import type { Action } from "../action.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.object({ QueueUrl: z.string() });

export const deleteQueue: Action = ({ queues }, input) => {
  const { QueueUrl } = parseInput(inputSchema, input);
  queues.delete(queues.get(QueueUrl));
  return {};
};
