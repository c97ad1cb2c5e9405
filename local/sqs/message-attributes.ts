import { createHash } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../aws-error.ts";

export const messageAttributeSchema = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  /** Base64, as in the JSON protocol. */
  BinaryValue: z.string().optional(),
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
export type MessageAttribute = z.infer<typeof messageAttributeSchema>;

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const mostAttributes = 10;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const allowedCharacters =
  "Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";

// With the u flag a surrogate pair is one character beyond #xFFFF; a lone surrogate matches no range and is refused.
const allowed = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

export function hasOnlyAllowedCharacters(text: string): boolean {
  return allowed.test(text);
}

/** Throws what AWS answers to attributes that it does not accept. */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes);
  if (names.length > mostAttributes) {
    throw invalid(`Number of message attributes [${names.length}] exceeds the allowed maximum [${mostAttributes}].`);
  }
  for (const [name, attribute] of Object.entries(attributes)) {
    checkName(name);
    checkValue(name, attribute);
  }
}

/** Bytes as the size limit counts them: name, type and value. */
export function sizeOfMessageAttributes(attributes: MessageAttributes): number {
  let size = 0;
  for (const [name, attribute] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + bytesOf(attribute).length;
  }
  return size;
}

/** The digest that SDKs recompute, or undefined where there is nothing to digest. */
export function md5OfMessageAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const update = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (!attribute) continue;
    update(Buffer.from(name));
    update(Buffer.from(attribute.DataType));
    hash.update(Buffer.from([isBinary(attribute) ? 2 : 1]));
    update(bytesOf(attribute));
  }
  return hash.digest("hex");
}

/** The attributes asked for by name, by `prefix.*`, or by `All`. */
export function selectMessageAttributes(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  if (wanted.length === 0) return {};
  if (wanted.some((name) => name === "All" || name === ".*")) return attributes;
  const isWanted = (name: string) =>
    wanted.some((pattern) => (pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -2)) : name === pattern));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}

function checkName(name: string): void {
  if (!/^[A-Za-z0-9_.-]{1,256}$/.test(name) || /^(aws|amazon)\./i.test(name) || /^\.|\.\.|\.$/.test(name)) {
    throw invalid(
      `Message (user) attribute name "${name}" is invalid: up to 256 letters, digits, underscores, hyphens and single inner periods, not beginning with "AWS." or "Amazon.".`,
    );
  }
}

function checkValue(name: string, attribute: MessageAttribute): void {
  const type = /^(String|Number|Binary)(\..+)?$/.exec(attribute.DataType)?.[1];
  if (!type || attribute.DataType.length > 256) {
    throw invalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const value = type === "Binary" ? attribute.BinaryValue : attribute.StringValue;
  if (!value) throw invalid(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
  if (type === "Number" && !Number.isFinite(Number(value))) {
    throw invalid(`Could not cast message (user) attribute '${name}' value to number.`);
  }
  if (type === "String" && !hasOnlyAllowedCharacters(value)) {
    throw invalid(`Message (user) attribute '${name}' contains invalid characters. ${allowedCharacters}`);
  }
}

function isBinary(attribute: MessageAttribute): boolean {
  return attribute.DataType.startsWith("Binary");
}

function bytesOf(attribute: MessageAttribute): Buffer {
  return isBinary(attribute)
    ? Buffer.from(attribute.BinaryValue ?? "", "base64")
    : Buffer.from(attribute.StringValue ?? "");
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}
