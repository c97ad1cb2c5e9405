import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { guarded } from "../guarded.ts";
import type { Keys } from "../keys.ts";
import { closeBucket, objectDays } from "../storage.ts";
import type { Inbox } from "./inbox.ts";

/** The bucket whose files become jobs. It keeps versions, so that a file overwritten at once still has its job. */
export function createDropBucket(
  name: string,
  { config, keys }: { config: Config; keys: Keys },
  options: pulumi.CustomResourceOptions,
): aws.s3.Bucket {
  const bucket = new aws.s3.Bucket(name, { forceDestroy: !config.protectData }, { ...options, ...guarded(config) });
  closeBucket(name, bucket, keys, options);
  const versioning = new aws.s3.BucketVersioning(
    name,
    { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
    options,
  );
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      bucket: bucket.id,
      rules: [
        {
          id: "expire",
          status: "Enabled",
          filter: { prefix: "" },
          expiration: { days: objectDays(config) },
          noncurrentVersionExpiration: { noncurrentDays: objectDays(config) },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
        {
          id: "remove-delete-markers",
          status: "Enabled",
          filter: { prefix: "" },
          expiration: { expiredObjectDeleteMarker: true },
        },
      ],
    },
    // S3 refuses rules for noncurrent versions of a bucket without versions.
    { ...options, dependsOn: [versioning] },
  );
  return bucket;
}

/**
 * Sends a notification for each new file. Rules are not S3's filters but the intake's, because S3 refuses overlapping filters, and
 * a file that fits none should not vanish.
 */
export function notifyInbox(
  name: string,
  bucket: aws.s3.Bucket,
  inbox: Inbox,
  options: pulumi.CustomResourceOptions,
): void {
  new aws.s3.BucketNotification(
    name,
    { bucket: bucket.id, queues: [{ queueArn: inbox.queue.arn, events: ["s3:ObjectCreated:*"] }] },
    // S3 sends a test message first, and refuses the configuration if the queue does not take it.
    { ...options, dependsOn: [inbox.policy] },
  );
}
