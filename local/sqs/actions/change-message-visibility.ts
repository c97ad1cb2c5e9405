import { z } from "zod";
import type { Action } from "../action.ts";
import { integerParameter, parseInput } from "../parse-input.ts";
import { longestVisibilitySeconds } from "../queue-attributes.ts";

const inputSchema = z.object({
  QueueUrl: z.string(),
  ReceiptHandle: z.string(),
  VisibilityTimeout: integerParameter("VisibilityTimeout", 0, longestVisibilitySeconds),
});

export const changeMessageVisibility: Action = ({ queues }, input) => {
  const { QueueUrl, ReceiptHandle, VisibilityTimeout } = parseInput(inputSchema, input);
  queues.get(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout);
  return {};
};
