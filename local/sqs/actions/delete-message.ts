import { z } from "zod";
import type { Action } from "../action.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.object({ QueueUrl: z.string(), ReceiptHandle: z.string() });

export const deleteMessage: Action = ({ queues }, input) => {
  const { QueueUrl, ReceiptHandle } = parseInput(inputSchema, input);
  queues.get(QueueUrl).delete(ReceiptHandle);
  return {};
};
