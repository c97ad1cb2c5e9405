import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { guarded } from "../guarded.ts";
import { allow, serviceRole } from "../iam.ts";
import type { Keys } from "../keys.ts";
import { closeBucket } from "../storage.ts";

/** The stream that archives events, and the bucket of its files. */
export interface Archive {
  bucket: aws.s3.Bucket;
  stream: aws.kinesis.FirehoseDeliveryStream;
}

export interface ArchiveArgs {
  config: Pick<Config, "protectData">;
  keys: Keys;
  topic: aws.sns.Topic;
  /** Receives events that the stream did not take. */
  undelivered: aws.sqs.Queue;
}

/**
 * Subscribes a Firehose stream to the topic. It gathers events, compresses them and writes a file below `events/`, by the day in
 * UTC. The files are kept until an operator deletes them.
 */
export function createArchive(
  name: string,
  { config, keys, topic, undelivered }: ArchiveArgs,
  options: pulumi.CustomResourceOptions,
): Archive {
  const bucket = new aws.s3.Bucket(name, { forceDestroy: !config.protectData }, { ...options, ...guarded(config) });
  closeBucket(name, bucket, keys, options);
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      bucket: bucket.id,
      rules: [
        {
          id: "abort-uploads",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    options,
  );
  const stream = createStream(name, bucket, keys, options);
  subscribe(name, stream, topic, undelivered, options);
  return { bucket, stream };
}

/** https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3 */
function createStream(
  name: string,
  bucket: aws.s3.Bucket,
  keys: Keys,
  options: pulumi.CustomResourceOptions,
): aws.kinesis.FirehoseDeliveryStream {
  const { role, policy } = serviceRole(
    `${name}-writer`,
    {
      service: "firehose.amazonaws.com",
      statements: [
        allow(["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], [bucket.arn]),
        allow(["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], [pulumi.interpolate`${bucket.arn}/*`]),
        ...keys.useStatements("s3"),
      ],
    },
    options,
  );
  return new aws.kinesis.FirehoseDeliveryStream(
    name,
    {
      destination: "extended_s3",
      serverSideEncryption: {
        enabled: true,
        ...(keys.arn ? { keyType: "CUSTOMER_MANAGED_CMK", keyArn: keys.arn } : { keyType: "AWS_OWNED_CMK" }),
      },
      extendedS3Configuration: {
        roleArn: role.arn,
        bucketArn: bucket.arn,
        prefix: "events/!{timestamp:yyyy/MM/dd}/",
        errorOutputPrefix: "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/",
        bufferingInterval: 300,
        bufferingSize: 5,
        compressionFormat: "GZIP",
        fileExtension: ".json.gz",
      },
    },
    { ...options, dependsOn: [policy] },
  );
}

/** In SNS's envelope, which Firehose separates by line breaks. */
function subscribe(
  name: string,
  stream: aws.kinesis.FirehoseDeliveryStream,
  topic: aws.sns.Topic,
  undelivered: aws.sqs.Queue,
  options: pulumi.CustomResourceOptions,
): void {
  const { role, policy } = serviceRole(
    `${name}-sender`,
    {
      service: "sns.amazonaws.com",
      statements: [
        allow(
          [
            "firehose:DescribeDeliveryStream",
            "firehose:ListDeliveryStreams",
            "firehose:ListTagsForDeliveryStream",
            "firehose:PutRecord",
            "firehose:PutRecordBatch",
          ],
          [stream.arn],
        ),
      ],
    },
    options,
  );
  new aws.sns.TopicSubscription(
    name,
    {
      topic: topic.arn,
      protocol: "firehose",
      endpoint: stream.arn,
      subscriptionRoleArn: role.arn,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: undelivered.arn }),
    },
    { ...options, dependsOn: [policy] },
  );
}
