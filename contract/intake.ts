import { createHash } from "node:crypto";
import * as z from "zod";
import { jobTypes } from "./job.ts";

/** Files whose keys have this prefix and suffix become jobs of the type. The first rule that fits applies. */
export const dropRuleSchema = z.strictObject({
  prefix: z.string().max(1024).optional(),
  suffix: z.string().max(1024).optional(),
  type: z.enum(jobTypes),
});

export type DropRule = z.infer<typeof dropRuleSchema>;

export function findDropRule(rules: readonly DropRule[], key: string): DropRule | undefined {
  return rules.find(({ prefix = "", suffix = "" }) => key.startsWith(prefix) && key.endsWith(suffix));
}

/** An AWS account, topic, bucket or rule that may send to the inbox. A bucket is one of the stack's own account. */
export type Sender =
  | { kind: "account"; accountId: string }
  | { kind: "topic" | "rule"; arn: string; accountId: string }
  | { kind: "bucket"; arn: string; bucketName: string };

/** Reads a sender of the configuration; undefined if it is none. */
export function readSender(text: string): Sender | undefined {
  if (/^\d{12}$/.test(text)) return { kind: "account", accountId: text };
  const [, bucketName] = /^arn:aws:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$/.exec(text) ?? [];
  if (bucketName !== undefined) return { kind: "bucket", arn: text, bucketName };
  const [, topicAccount] = /^arn:aws:sns:[a-z0-9-]+:(\d{12}):[\w-]+(?:\.fifo)?$/.exec(text) ?? [];
  if (topicAccount !== undefined) return { kind: "topic", arn: text, accountId: topicAccount };
  const [, ruleAccount] = /^arn:aws:events:[a-z0-9-]+:(\d{12}):rule\/[\w./-]+$/.exec(text) ?? [];
  if (ruleAccount !== undefined) return { kind: "rule", arn: text, accountId: ruleAccount };
  return undefined;
}

/**
 * One version of an object. In a bucket without versioning the sequencer takes the version's place: S3 gives each write of a key
 * another one. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export interface DroppedVersion {
  bucketName: string;
  version: string;
  key: string;
}

/** The id of the job for a file. A sender can compute it from the answer to its PUT, which has the version. */
export function dropJobId(dropped: DroppedVersion): string {
  return `drop-${digestOf(dropped).slice(0, idCharacters)}`;
}

/** Name of the file's copy, in the form of a UUID, as uploads have it. It contains nothing of the key. */
export function dropCopyName(dropped: DroppedVersion): string {
  return digestOf(dropped).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

/** The id of the job for a message whose request names none. */
export function messageJobId(messageId: string): string {
  return `inbox-${createHash("sha256").update(messageId).digest("hex").slice(0, idCharacters)}`;
}

const idCharacters = 32;

/** The key comes last, because it may contain a line break. */
function digestOf({ bucketName, version, key }: DroppedVersion): string {
  return createHash("sha256").update(`${bucketName}\n${version}\n${key}`).digest("hex");
}

/** Receives after which SQS moves a message of the inbox to its dead-letter queue. The intake does so one receive earlier, with a reason. */
export const inboxMaxReceiveCount = 30;

/** Timeout of the intake function; a file of `limits.dropBytes` is copied within it. */
export const intakeTimeoutSeconds = 120;

/** Six times the timeout, as AWS recommends: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export const inboxVisibilitySeconds = 6 * intakeTimeoutSeconds;
