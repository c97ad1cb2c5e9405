import { z } from "zod";
import type { Action } from "../action.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.object({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().optional() });

export const getQueueUrl: Action = ({ accountId, queues }, input) => {
  const { QueueName, QueueOwnerAWSAccountId: owner = accountId } = parseInput(inputSchema, input);
  return { QueueUrl: queues.get(`${owner}/${QueueName}`).identity.url };
};
