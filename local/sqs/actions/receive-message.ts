import * as z from "zod";
import type { Action } from "../action.ts";
import { md5OfMessageAttributes, selectMessageAttributes } from "../message-attributes.ts";
import { systemAttributeNames, systemAttributesOf } from "../message-system-attributes.ts";
import { integerParameter, parseInput } from "../parse-input.ts";
import { longestVisibilitySeconds, longestWaitSeconds, unknownAttribute } from "../queue-attributes.ts";
import type { Receipt } from "../receipt.ts";

const inputSchema = z.strictObject({
  QueueUrl: z.string(),
  MaxNumberOfMessages: integerParameter("MaxNumberOfMessages", 1, 10).default(1),
  VisibilityTimeout: integerParameter("VisibilityTimeout", 0, longestVisibilitySeconds).optional(),
  WaitTimeSeconds: integerParameter("WaitTimeSeconds", 0, longestWaitSeconds).optional(),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
  MessageAttributeNames: z.array(z.string()).default([]),
});

export const receiveMessage: Action = async ({ accountId, queues }, rawInput, signal) => {
  const input = parseInput(inputSchema, rawInput);
  const systemNames = input.MessageSystemAttributeNames;
  const unknown = systemNames.find((name) => !systemAttributeNames.has(name));
  if (unknown !== undefined) throw unknownAttribute(unknown);
  const queue = queues.get(input.QueueUrl);

  const receipts = await queue.receive({
    most: input.MaxNumberOfMessages,
    visibilitySeconds: input.VisibilityTimeout ?? queue.settings.visibilitySeconds,
    waitSeconds: input.WaitTimeSeconds ?? queue.settings.receiveWaitSeconds,
    signal,
  });
  // AWS leaves out an empty list.
  if (receipts.length === 0) return {};
  return {
    Messages: receipts.map((receipt) => describe(receipt, accountId, systemNames, input.MessageAttributeNames)),
  };
};

function describe(
  receipt: Receipt,
  senderId: string,
  systemNames: readonly string[],
  attributeNames: readonly string[],
): object {
  const { id, content } = receipt.message;
  const attributes = selectMessageAttributes(content.attributes, attributeNames);
  const md5OfAttributes = md5OfMessageAttributes(attributes);
  return {
    MessageId: id,
    ReceiptHandle: receipt.handle,
    MD5OfBody: content.md5OfBody,
    Body: content.body,
    ...(systemNames.length > 0 && { Attributes: systemAttributesOf(receipt, senderId, systemNames) }),
    ...(md5OfAttributes && { MessageAttributes: attributes, MD5OfMessageAttributes: md5OfAttributes }),
  };
}
