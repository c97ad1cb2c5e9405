import { asError } from "../../runtime/errors.ts";
import type { Cloud } from "../cloud.ts";
import type { ObjectWrite } from "../gateway/s3-versions.ts";
import { sendAsService } from "../send-as-service.ts";

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
  const source = { service: "s3.amazonaws.com", sourceArn: `arn:aws:s3:::${bucketName}` };
  await sendAsService(cloud, source, queueArn, { MessageBody: JSON.stringify(message) });
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
