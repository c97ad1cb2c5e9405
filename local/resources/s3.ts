import * as z from "zod";
import { nameOnly, noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";

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
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": nameOnly({
    bucket,
    corsRules: noEffect("no browser page uses the bucket here"),
  }),
};
