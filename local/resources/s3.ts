import { z } from "zod";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

const bucket = z.string();
const sideResource = (shape: z.ZodRawShape) =>
  resource(z.strictObject({ bucket, ...shape }), ({ name }) => ({ id: name, outputs: {} }));

export const s3: Record<string, ResourceHandler> = {
  "aws:s3/bucket:Bucket": resource(
    z.strictObject({ forceDestroy: noEffect("the bucket goes with the cloud") }),
    async ({ physicalName, cloud }) => {
      await cloud.s3.createBucket(physicalName);
      return { id: physicalName, outputs: { arn: `arn:aws:s3:::${physicalName}`, bucket: physicalName } };
    },
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": sideResource(
    Object.fromEntries(
      ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((property) => [
        property,
        noEffect("every request needs keys, and only 127.0.0.1 is served"),
      ]),
    ),
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": sideResource({
    rules: noEffect("objects stay in memory"),
  }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": sideResource({
    rules: noEffect("objects go with the cloud, long before their days are over"),
  }),
  "aws:s3/bucketPolicy:BucketPolicy": sideResource({
    policy: noEffect("requests to 127.0.0.1 are plain; roles are checked by their own policies"),
  }),
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": sideResource({
    corsRules: noEffect("no browser pages are served yet"),
  }),
};
