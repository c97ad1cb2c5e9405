import { z } from "zod";
import type { Action } from "../action.ts";
import { digestsOf, messageContentFields, readMessageContent } from "../message-content.ts";
import { parseInput } from "../parse-input.ts";

const inputSchema = z.object({ QueueUrl: z.string(), ...messageContentFields });

export const sendMessage: Action = ({ queues }, rawInput) => {
  const input = parseInput(inputSchema, rawInput);
  const queue = queues.get(input.QueueUrl);
  const content = readMessageContent(input, queue.settings.mostMessageBytes);
  const [message] = queue.send([{ content, delaySeconds: input.DelaySeconds }]);
  return { MessageId: message?.id, ...digestsOf(content, input) };
};
