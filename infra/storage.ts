import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { jobsTable } from "../contract/jobs-table.ts";
import type { Config } from "./config.ts";
import { allow, type Statement } from "./iam.ts";

/** SQS keeps a ticket for this long, so that a payload may be needed for as long before its job ends. */
const longestQueueDays = 14;

/** What is true of each job, and the values that are too large for its record. */
export class JobStorage extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;
  readonly bucket: aws.s3.Bucket;

  constructor(
    name: string,
    config: Pick<Config, "protectData" | "retentionDays" | "corsOrigins">,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("sluice:index:JobStorage", name, {}, options);
    const guarded = { parent: this, protect: config.protectData, retainOnDelete: config.protectData };
    this.table = createTable(name, config, guarded);
    this.bucket = createBucket(name, config, guarded, { parent: this });
    this.registerOutputs({ tableName: this.table.name, bucketName: this.bucket.bucket });
  }

  readJobs(): Statement {
    return allow(["dynamodb:GetItem"], [this.table.arn]);
  }

  writeJobs(): Statement {
    return allow(["dynamodb:GetItem", "dynamodb:PutItem"], [this.table.arn]);
  }

  listJobs(): Statement {
    return allow(["dynamodb:Query"], [pulumi.interpolate`${this.table.arn}/index/${jobsTable.stateIndex}`]);
  }

  readObjects(...prefixes: string[]): Statement {
    return allow(
      ["s3:GetObject"],
      prefixes.map((prefix) => pulumi.interpolate`${this.bucket.arn}/${prefix}/*`),
    );
  }

  /** Without it S3 answers "access denied" for an object that is not there, and nobody can tell the two apart. */
  tellMissingObjects(): Statement {
    return allow(["s3:ListBucket"], [this.bucket.arn]);
  }

  writeObjects(...prefixes: string[]): Statement {
    return allow(
      ["s3:PutObject"],
      prefixes.map((prefix) => pulumi.interpolate`${this.bucket.arn}/${prefix}/*`),
    );
  }
}

function createTable(name: string, config: Pick<Config, "protectData">, options: pulumi.CustomResourceOptions) {
  return new aws.dynamodb.Table(
    name,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: jobsTable.hashKey,
      attributes: [
        { name: jobsTable.hashKey, type: "S" },
        { name: jobsTable.stateIndexHashKey, type: "S" },
        { name: jobsTable.stateIndexRangeKey, type: "N" },
      ],
      globalSecondaryIndexes: [
        {
          name: jobsTable.stateIndex,
          keySchemas: [
            { attributeName: jobsTable.stateIndexHashKey, keyType: "HASH" },
            { attributeName: jobsTable.stateIndexRangeKey, keyType: "RANGE" },
          ],
          projectionType: "KEYS_ONLY",
        },
      ],
      ttl: { attributeName: jobsTable.expiryAttribute, enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: config.protectData,
    },
    options,
  );
}

function createBucket(
  name: string,
  config: Pick<Config, "protectData" | "retentionDays" | "corsOrigins">,
  options: pulumi.CustomResourceOptions,
  own: pulumi.CustomResourceOptions,
) {
  const bucket = new aws.s3.Bucket(`${name}-artifacts`, { forceDestroy: !config.protectData }, options);
  new aws.s3.BucketPublicAccessBlock(
    name,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    own,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    own,
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
          expiration: { days: longestQueueDays + config.retentionDays + 1 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    own,
  );
  new aws.s3.BucketPolicy(name, { bucket: bucket.id, policy: tlsOnly(bucket) }, own);
  if (config.corsOrigins.length > 0) {
    new aws.s3.BucketCorsConfiguration(
      name,
      {
        bucket: bucket.id,
        corsRules: [
          { allowedOrigins: config.corsOrigins, allowedMethods: ["PUT", "GET"], allowedHeaders: ["content-type"] },
        ],
      },
      own,
    );
  }
  return bucket;
}

function tlsOnly(bucket: aws.s3.Bucket): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
