import * as z from "zod";
import type { Action } from "./action.ts";
import { createQueue } from "./actions/create-queue.ts";
import { deleteMessageBatch } from "./actions/delete-message-batch.ts";
import { getQueueAttributes } from "./actions/get-queue-attributes.ts";
import { receiveMessage } from "./actions/receive-message.ts";
import { answerOf, sendMessageBatch } from "./actions/send-message-batch.ts";
import { readMessageContent, sendInput } from "./message-content.ts";
import { integerParameter, parseInput } from "./parse-input.ts";
import { longestVisibilitySeconds } from "./queue-attributes.ts";

const queueUrl = { QueueUrl: z.string() };
const queueNameInput = z.strictObject({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().optional() });
const receiptInput = z.strictObject({ ...queueUrl, ReceiptHandle: z.string() });
const visibilityInput = receiptInput.extend({
  VisibilityTimeout: integerParameter("VisibilityTimeout", 0, longestVisibilitySeconds),
});
const attributesInput = z.strictObject({ ...queueUrl, Attributes: z.record(z.string(), z.string()) });

/** The emulated actions: those that Sluice calls, GetQueueUrl for an operator, and PurgeQueue, by which an operator can lose messages. */
export const actions: Readonly<Record<string, Action>> = {
  ChangeMessageVisibility({ queues }, input) {
    const { QueueUrl, ReceiptHandle, VisibilityTimeout } = parseInput(visibilityInput, input);
    queues.get(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout);
    return {};
  },
  CreateQueue: createQueue,
  DeleteMessage({ queues }, input) {
    const { QueueUrl, ReceiptHandle } = parseInput(receiptInput, input);
    queues.get(QueueUrl).delete(ReceiptHandle);
    return {};
  },
  DeleteMessageBatch: deleteMessageBatch,
  GetQueueAttributes: getQueueAttributes,
  GetQueueUrl({ queues }, input) {
    return { QueueUrl: queues.get(parseInput(queueNameInput, input).QueueName).identity.url };
  },
  ReceiveMessage: receiveMessage,
  SendMessage({ queues }, rawInput) {
    const input = parseInput(sendInput, rawInput);
    const queue = queues.get(input.QueueUrl);
    const content = readMessageContent(input, queue.settings);
    return answerOf(queue.send({ content, delaySeconds: input.DelaySeconds }));
  },
  PurgeQueue({ queues }, input) {
    queues.get(parseInput(z.strictObject(queueUrl), input).QueueUrl).purge();
    return {};
  },
  SendMessageBatch: sendMessageBatch,
  SetQueueAttributes({ queues }, input) {
    const { QueueUrl, Attributes } = parseInput(attributesInput, input);
    queues.setAttributes(queues.get(QueueUrl), Attributes);
    return {};
  },
};
