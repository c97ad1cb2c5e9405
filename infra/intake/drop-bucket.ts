import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { guarded } from "../guarded.ts";
import type { Keys } from "../keys.ts";
import { closeBucket, objectDays } from "../storage.ts";
import type { Inbox } from "./inbox.ts";

/** The bucket whose files become jobs. It keeps versions, so that a file overwritten before the intake reads it still becomes a job. */
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
 * Sends a notification for each new file. The intake applies the rules of `drops`, not S3's filters: S3 refuses overlapping filters,
 * and would send no notification for a file that fits no rule, which should reach the dead-letter queue.
 */
export function notifyInbox(
  name: string,
  { config, bucket, inbox }: { config: Pick<Config, "backup">; bucket: aws.s3.Bucket; inbox: Inbox },
  options: pulumi.CustomResourceOptions,
): void {
  new aws.s3.BucketNotification(
    name,
    {
      bucket: bucket.id,
      queues: [{ queueArn: inbox.queue.arn, events: ["s3:ObjectCreated:*"] }],
      // AWS Backup switches this on. Without it here, the next update would switch it off again.
      ...(config.backup === "off" ? {} : { eventbridge: true }),
    },
    // S3 sends a test message first, and refuses the configuration if the queue does not take it.
    { ...options, dependsOn: [inbox.policy] },
  );
}
