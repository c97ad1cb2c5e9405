import { hash } from "node:crypto";
import * as z from "zod";
import { AwsError } from "../aws-error.ts";
import {
  allowedCharacters,
  checkMessageAttributes,
  hasOnlyAllowedCharacters,
  type MessageAttributes,
  md5OfMessageAttributes,
  messageAttributeSchema,
  sizeOfMessageAttributes,
} from "./message-attributes.ts";
import { integerParameter, invalidParameter, missingParameter } from "./parse-input.ts";
import type { QueueSettings } from "./queue-attributes.ts";

/** The part of a message that the sender determines; a move to the dead-letter queue does not change it. */
export interface MessageContent {
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes;
  /** Of a fair queue or a FIFO queue. */
  readonly groupId: string | undefined;
  /** Of a FIFO queue. */
  readonly deduplicationId: string | undefined;
}

export const sendInput = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string().optional(),
  MessageAttributes: z.record(z.string(), messageAttributeSchema).default({}),
  DelaySeconds: integerParameter("DelaySeconds", 0, 900).optional(),
  MessageGroupId: tokenParameter("MessageGroupId").optional(),
  MessageDeduplicationId: tokenParameter("MessageDeduplicationId").optional(),
});

function tokenParameter(name: string) {
  return z.string().regex(/^[!-~]{1,128}$/, {
    error: ({ input }) =>
      `Value ${input} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  });
}

/** Checks a message as AWS does, and computes the digest of its body. */
export function readMessageContent(
  input: Omit<z.infer<typeof sendInput>, "QueueUrl">,
  { mostMessageBytes: mostBytes, isFifo }: Pick<QueueSettings, "mostMessageBytes" | "isFifo">,
): MessageContent {
  const { MessageBody: body, MessageAttributes: attributes } = input;
  const { MessageGroupId: groupId, MessageDeduplicationId: deduplicationId } = input;
  if (isFifo) checkFifoParameters(input);
  else if (deduplicationId !== undefined) throw notOfThisType("MessageDeduplicationId", deduplicationId);
  if (!body) throw missingParameter("MessageBody");
  if (!hasOnlyAllowedCharacters(body)) {
    throw new AwsError("InvalidMessageContents", `Invalid characters found. ${allowedCharacters}`);
  }
  checkMessageAttributes(attributes);
  if (Buffer.byteLength(body) + sizeOfMessageAttributes(attributes) > mostBytes) {
    throw new AwsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${mostBytes} bytes.`,
    );
  }
  return { body, md5OfBody: hash("md5", body), attributes, groupId, deduplicationId };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
function checkFifoParameters(input: Omit<z.infer<typeof sendInput>, "QueueUrl">): void {
  const { DelaySeconds, MessageGroupId, MessageDeduplicationId } = input;
  if (MessageGroupId === undefined) throw missingParameter("MessageGroupId");
  if (DelaySeconds !== undefined) throw notOfThisType("DelaySeconds", DelaySeconds);
  if (MessageDeduplicationId !== undefined) return;
  throw new AwsError(
    "InvalidParameterValue",
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
}

function notOfThisType(name: string, value: string | number): AwsError {
  return invalidParameter(value, name, "The request include parameter that is not valid for this queue type");
}

/** The digests that the sender's SDK verifies. */
export function digestsOf({ md5OfBody, attributes }: MessageContent): object {
  return { MD5OfMessageBody: md5OfBody, MD5OfMessageAttributes: md5OfMessageAttributes(attributes) };
}
