import { createHash } from "node:crypto";
import * as z from "zod";
import { AwsError } from "../aws-error.ts";

/** An attribute of a message. The laptop has none of type Number or Binary, which Sluice does not use. */
export const messageAttributeSchema = z.strictObject({ DataType: z.literal("String"), StringValue: z.string() });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
export type MessageAttributes = Readonly<Record<string, z.infer<typeof messageAttributeSchema>>>;

const mostAttributes = 10;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const allowedCharacters =
  "Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";

// With the u flag a surrogate pair is one character beyond #xFFFF; a lone surrogate matches no range and is refused.
const allowed = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

export function hasOnlyAllowedCharacters(text: string): boolean {
  return allowed.test(text);
}

/** Throws AWS's error for attributes that SQS does not accept. */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes);
  if (names.length > mostAttributes) {
    throw invalid(`Number of message attributes [${names.length}] exceeds the allowed maximum [${mostAttributes}].`);
  }
  for (const [name, { StringValue: value }] of Object.entries(attributes)) {
    checkName(name);
    if (!value) throw invalid(`Message (user) attribute '${name}' must contain a non-empty value of type 'String'.`);
    if (!hasOnlyAllowedCharacters(value)) {
      throw invalid(`Message (user) attribute '${name}' contains invalid characters. ${allowedCharacters}`);
    }
  }
}

/** Bytes that count toward the size limit: name, type and value. */
export function sizeOfMessageAttributes(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (size, [name, { DataType, StringValue }]) => size + Buffer.byteLength(name + DataType + StringValue),
    0,
  );
}

/** The digest that the SDK compares with its own; undefined without attributes. */
export function md5OfMessageAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const update = (text: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(text));
    hash.update(length).update(text);
  };
  for (const name of names) {
    const { DataType = "", StringValue = "" } = attributes[name] ?? {};
    update(name);
    update(DataType);
    // 1 marks a value that is text.
    hash.update(Buffer.from([1]));
    update(StringValue);
  }
  return hash.digest("hex");
}

/** The attributes asked for by name or by `All`. */
export function selectMessageAttributes(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  if (wanted.includes("All")) return attributes;
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted.includes(name)));
}

function checkName(name: string): void {
  if (!/^[A-Za-z0-9_.-]{1,256}$/.test(name) || /^(aws|amazon)\./i.test(name) || /^\.|\.\.|\.$/.test(name)) {
    throw invalid(
      `Message (user) attribute name "${name}" is invalid: up to 256 letters, digits, underscores, hyphens and single inner periods, not beginning with "AWS." or "Amazon.".`,
    );
  }
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}
