import { z } from "zod";
import { AwsError } from "../../aws-error.ts";
import type { Action } from "../action.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.object({ QueueUrl: z.string() });

const secondsBetweenPurges = 60;

export const purgeQueue: Action = ({ clock, queues }, input) => {
  const queue = queues.get(parseInput(inputSchema, input).QueueUrl);
  if (queue.lastPurgedAt !== undefined && clock.now() < queue.lastPurgedAt + secondsBetweenPurges * 1000) {
    throw new AwsError(
      "PurgeQueueInProgress",
      `Only one PurgeQueue operation on ${queue.identity.name} is allowed every ${secondsBetweenPurges} seconds.`,
      403,
    );
  }
  queue.purge();
  return {};
};
