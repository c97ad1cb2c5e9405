import * as z from "zod";
import { messageJobId } from "../../contract/intake.ts";
import { parseJson } from "../api/http/parse-json.ts";
import { Problem } from "../api/http/problem.ts";
import { NoJob } from "./no-job.ts";

/** An object as an S3 event names it, its key decoded. */
export interface NamedFile {
  bucketName: string;
  key: string;
  /** Absent without versioning. */
  versionId?: string;
  /** Of the write that the event is about. */
  eTag?: string;
  sequencer?: string;
}

/** A message is a request as the body of POST /jobs, or the event of an S3 bucket, or S3's test of a new configuration. */
export type MessageContent =
  | { kind: "request"; request: object }
  | { kind: "files"; records: S3Record[] }
  | { kind: "test" };

export type S3Record = z.infer<typeof recordSchema>;

/**
 * Reads a message, also one in an SNS envelope. A request without an id gets one that follows from the message, so that a
 * redelivery makes no second job.
 * @throws NoJob
 */
export function readMessage(body: string, messageId: string): MessageContent {
  const value = parse(body);
  if (isEnvelope(value)) {
    const { Type, MessageId, Message } = readWith(envelopeSchema, value, "an SNS envelope");
    if (Type !== "Notification") throw new NoJob("no-job", `Expected a notification of SNS; came a ${Type}.`);
    // SNS may deliver a notification in two messages of SQS; both have SNS's id.
    return readContent(parse(Message), MessageId);
  }
  return readContent(value, messageId);
}

/** Reads the object of an S3 record. @throws NoJob */
export function readRecord({ eventName, s3 }: S3Record): NamedFile {
  if (!eventName.startsWith("ObjectCreated:")) {
    throw new NoJob("no-job", `Expected an event ObjectCreated; came ${eventName}.`);
  }
  const { key, versionId, eTag, sequencer } = s3.object;
  return {
    bucketName: s3.bucket.name,
    key: decodeKey(key),
    // "null" is the version of an object that was written without versioning.
    ...(versionId === undefined || versionId === "null" ? {} : { versionId }),
    ...(eTag === undefined ? {} : { eTag }),
    ...(sequencer === undefined ? {} : { sequencer }),
  };
}

function readContent(value: unknown, messageId: string): MessageContent {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new NoJob("no-job", `Expected a job request or an event, both JSON objects; came ${kindOf(value)}.`);
  }
  if ("Event" in value && value.Event === "s3:TestEvent") return { kind: "test" };
  if ("Records" in value) {
    return { kind: "files", records: readWith(eventSchema, value, "an event of S3").Records };
  }
  return { kind: "request", request: "jobId" in value ? value : { ...value, jobId: messageJobId(messageId) } };
}

const envelopeSchema = z.object({ Type: z.string(), MessageId: z.string().min(1), Message: z.string() });

const recordSchema = z.object({
  eventSource: z.literal("aws:s3"),
  eventName: z.string(),
  s3: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      versionId: z.string().min(1).optional(),
      eTag: z.string().min(1).optional(),
      sequencer: z.string().min(1).optional(),
    }),
  }),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const eventSchema = z.object({ Records: z.array(recordSchema).min(1) });

function isEnvelope(value: unknown): boolean {
  return typeof value === "object" && value !== null && "TopicArn" in value && "Type" in value;
}

function parse(text: string): unknown {
  try {
    return parseJson(Buffer.from(text), { field: "body", prefix: "" });
  } catch (error) {
    throw error instanceof Problem ? new NoJob(error.code, error.message, { cause: error }) : error;
  }
}

function readWith<Schema extends z.ZodType>(schema: Schema, value: unknown, expected: string): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "the object itself";
  throw new NoJob("no-job", `Expected ${expected}; in ${where}: ${issue?.message}.`);
}

/** S3 encodes keys as forms do: a space is a plus. */
function decodeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch (cause) {
    throw new NoJob("no-job", `Expected a URL-encoded key; came ${encoded.slice(0, 100)}.`, { cause });
  }
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`;
}
