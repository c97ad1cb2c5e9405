import * as z from "zod";
import { nameOnly, noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";
import { sendS3Events } from "./s3-events.ts";

const bucket = z.string();

export const s3: Record<string, ResourceHandler> = {
  "aws:s3/bucket:Bucket": resource(
    z.strictObject({ forceDestroy: noEffect("the bucket goes with the cloud") }),
    async ({ physicalName, cloud }) => {
      await cloud.s3.createBucket(physicalName);
      return { id: physicalName, outputs: { arn: `arn:aws:s3:::${physicalName}`, bucket: physicalName } };
    },
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": nameOnly({
    bucket,
    ...noEffects(
      "every request needs keys, and only 127.0.0.1 is served",
      "blockPublicAcls",
      "blockPublicPolicy",
      "ignorePublicAcls",
      "restrictPublicBuckets",
    ),
  }),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": nameOnly({
    bucket,
    rules: noEffect("objects stay in memory"),
  }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": nameOnly({
    bucket,
    rules: noEffect("objects exist no longer than the cloud"),
  }),
  "aws:s3/bucketPolicy:BucketPolicy": nameOnly({
    bucket,
    policy: noEffect("127.0.0.1 is served without TLS; roles are checked by their own policies"),
  }),
  "aws:s3/bucketVersioning:BucketVersioning": resource(
    z.strictObject({ bucket, versioningConfiguration: z.strictObject({ status: z.literal("Enabled") }) }),
    async ({ inputs, cloud }) => {
      await cloud.s3.keepVersions(inputs.bucket);
      return { id: inputs.bucket, outputs: {} };
    },
  ),
  "aws:s3/bucketNotification:BucketNotification": resource(
    z.strictObject({
      bucket,
      eventbridge: noEffect("no rule here listens to a bucket"),
      queues: z.array(z.strictObject({ queueArn: z.string(), events: z.tuple([z.literal("s3:ObjectCreated:*")]) })),
    }),
    async ({ inputs, cloud }) => {
      for (const { queueArn } of inputs.queues) await sendS3Events(cloud, inputs.bucket, queueArn);
      return { id: inputs.bucket, outputs: {} };
    },
  ),
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": nameOnly({
    bucket,
    corsRules: noEffect("no browser page uses the bucket here"),
  }),
};
