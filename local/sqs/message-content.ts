import { hash } from "node:crypto";
import { z } from "zod";
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
import { invalidParameter, missingParameter } from "./parse-input.ts";

/** What a sender puts into a message; moving between queues does not change it. */
export interface MessageContent {
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader: string | undefined;
  readonly groupId: string | undefined;
}

/** What SendMessage and an entry of SendMessageBatch have in common. */
export const messageContentFields = {
  MessageBody: z.string().optional(),
  MessageAttributes: z.record(z.string(), messageAttributeSchema).optional(),
  MessageSystemAttributes: z.record(z.string(), messageAttributeSchema).optional(),
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
  DelaySeconds: z.number().optional(),
};

const contentSchema = z.object(messageContentFields);

export type MessageContentInput = z.infer<typeof contentSchema>;

const longestDelaySeconds = 900;

/** Checks what is to be sent as AWS does, and digests it. */
export function readMessageContent(input: MessageContentInput, mostBytes: number): MessageContent {
  const { MessageBody: body, MessageAttributes: attributes = {} } = input;
  if (!body) throw missingParameter("MessageBody");
  if (!hasOnlyAllowedCharacters(body)) {
    throw new AwsError("InvalidMessageContents", `Invalid characters found. ${allowedCharacters}`);
  }
  checkMessageAttributes(attributes);
  if (sizeOfContent(input) > mostBytes) {
    throw new AwsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${mostBytes} bytes.`,
    );
  }
  checkOptions(input);
  return {
    body,
    md5OfBody: hash("md5", body),
    attributes,
    traceHeader: input.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
    groupId: input.MessageGroupId,
  };
}

/** Bytes as the size limits count them. */
export function sizeOfContent({ MessageBody = "", MessageAttributes = {} }: MessageContentInput): number {
  return Buffer.byteLength(MessageBody) + sizeOfMessageAttributes(MessageAttributes);
}

/** The digests that go back to the sender. */
export function digestsOf(content: MessageContent, input: MessageContentInput): object {
  return {
    MD5OfMessageBody: content.md5OfBody,
    MD5OfMessageAttributes: md5OfMessageAttributes(content.attributes),
    MD5OfMessageSystemAttributes: md5OfMessageAttributes(input.MessageSystemAttributes ?? {}),
  };
}

function checkOptions(input: MessageContentInput): void {
  const { DelaySeconds: delay = 0, MessageGroupId: groupId, MessageDeduplicationId: deduplicationId } = input;
  if (!Number.isInteger(delay) || delay < 0 || delay > longestDelaySeconds) {
    throw invalidParameter(delay, "DelaySeconds", `DelaySeconds must be >= 0 and <= ${longestDelaySeconds}.`);
  }
  // The punctuation of ASCII: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
  if (groupId !== undefined && !/^[!-~]{1,128}$/.test(groupId)) {
    throw invalidParameter(
      groupId,
      "MessageGroupId",
      "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
    );
  }
  if (deduplicationId !== undefined) {
    throw invalidParameter(
      deduplicationId,
      "MessageDeduplicationId",
      "The request include parameter that is not valid for this queue type.",
    );
  }
  checkSystemAttributes(input.MessageSystemAttributes ?? {});
}

function checkSystemAttributes(attributes: MessageAttributes): void {
  for (const [name, { DataType: type, StringValue: value }] of Object.entries(attributes)) {
    if (name !== "AWSTraceHeader") {
      throw new AwsError("InvalidParameterValue", `Message system attribute name '${name}' is invalid.`);
    }
    if (type !== "String" || !value) {
      throw new AwsError(
        "InvalidParameterValue",
        `Message system attribute '${name}' must contain a non-empty value of type 'String'.`,
      );
    }
  }
}
