import { randomUUID } from "node:crypto";
import type { NamedFile } from "../read-message.ts";

/** An S3 event about files, as S3 writes it. */
export function s3Event(...records: object[]) {
  return { Records: records };
}

export function s3Record({ bucketName, key, ...object }: NamedFile, eventName = "ObjectCreated:Put") {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "eu-central-1",
    eventName,
    s3: { s3SchemaVersion: "1.0", bucket: { name: bucketName }, object: { key: encodeKey(key), ...object } },
  };
}

/** S3's message to a queue that was just configured. */
export const s3TestEvent = { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "drop" };

export function snsEnvelope(message: object | string, type = "Notification") {
  return {
    Type: type,
    MessageId: randomUUID(),
    TopicArn: "arn:aws:sns:eu-central-1:444455556666:orders",
    Message: typeof message === "string" ? message : JSON.stringify(message),
  };
}

/** As a form, in which a space is a plus. */
function encodeKey(key: string): string {
  return new URLSearchParams({ key }).toString().slice("key=".length);
}
