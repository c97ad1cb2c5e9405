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
import { integerParameter, missingParameter } from "./parse-input.ts";

/** The part of a message that the sender determines; a move to the dead-letter queue does not change it. */
export interface MessageContent {
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes;
  /** Of a fair queue. */
  readonly groupId: string | undefined;
}

export const sendInput = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string().optional(),
  MessageAttributes: z.record(z.string(), messageAttributeSchema).default({}),
  DelaySeconds: integerParameter("DelaySeconds", 0, 900).optional(),
  MessageGroupId: z
    .string()
    .regex(/^[!-~]{1,128}$/, {
      error: ({ input }) =>
        `Value ${input} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    })
    .optional(),
});

/** Checks a message as AWS does, and computes the digest of its body. */
export function readMessageContent(
  { MessageBody: body, MessageAttributes: attributes, MessageGroupId: groupId }: z.infer<typeof sendInput>,
  mostBytes: number,
): MessageContent {
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
  return { body, md5OfBody: hash("md5", body), attributes, groupId };
}

/** The digests that the sender's SDK verifies. */
export function digestsOf({ md5OfBody, attributes }: MessageContent): object {
  return { MD5OfMessageBody: md5OfBody, MD5OfMessageAttributes: md5OfMessageAttributes(attributes) };
}
