import { asError } from "../../runtime/errors.ts";
import { AwsError } from "../aws-error.ts";
import type { Cloud } from "../cloud.ts";
import { admits } from "../gateway/resource-policy.ts";
import type { ObjectWrite } from "../gateway/s3-versions.ts";

/**
 * Sends an event to the queue for each write of an object in the bucket, as S3 does. First sends S3's test message.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @throws AwsError if the queue's policy does not admit the bucket
 */
export async function sendS3Events(cloud: Cloud, bucketName: string, queueArn: string): Promise<void> {
  const now = () => new Date(cloud.options.clock.now()).toISOString();
  await sendAsS3(cloud, bucketName, queueArn, {
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: now(),
    Bucket: bucketName,
  });
  cloud.s3.listen(bucketName, (write) => {
    const event = { Records: [recordOf(write, cloud.place.region, now())] };
    sendAsS3(cloud, bucketName, queueArn, event).catch((error: unknown) =>
      cloud.options.onLine(`bucket/${bucketName}`, `could not notify ${queueArn}: ${asError(error).message}`),
    );
  });
}

async function sendAsS3(cloud: Cloud, bucketName: string, queueArn: string, message: object): Promise<void> {
  const policy = cloud.queuePolicies.get(queueArn);
  const context = {
    "aws:SourceArn": [`arn:aws:s3:::${bucketName}`],
    "aws:SourceAccount": [cloud.place.accountId],
    "aws:SecureTransport": ["true"],
  };
  const request = { action: "sqs:SendMessage", resource: queueArn, context };
  if (!policy || !admits(policy, { service: "s3.amazonaws.com" }, request)) {
    throw new AwsError("InvalidArgument", `Unable to validate the destination: ${queueArn} does not admit S3.`);
  }
  const QueueUrl = queueArn.split(":").at(-1);
  await cloud.sqs.handle(
    "SendMessage",
    { QueueUrl, MessageBody: JSON.stringify(message) },
    new AbortController().signal,
  );
}

function recordOf(
  { bucketName, key, versionId, eTag, bytes, eventName, sequencer }: ObjectWrite,
  awsRegion: string,
  eventTime: string,
) {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion,
    eventTime,
    eventName,
    s3: {
      s3SchemaVersion: "1.0",
      bucket: { name: bucketName, arn: `arn:aws:s3:::${bucketName}` },
      object: { key: encodeKey(key), size: bytes, eTag, versionId, sequencer },
    },
  };
}

/** S3 encodes keys as forms do, but leaves slashes. */
function encodeKey(key: string): string {
  return key
    .split("/")
    .map((part) => encodeURIComponent(part).replaceAll("%20", "+"))
    .join("/");
}
