import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { jobsTable, objectPrefixes } from "../contract/jobs-table.ts";
import { limits } from "../contract/limits.ts";
import type { Config } from "./config.ts";
import { guarded } from "./guarded.ts";
import { allow, type Statement, tlsOnly } from "./iam.ts";
import type { Keys } from "./keys.ts";

/** Retention of the queue. A payload may be needed until its message expires. */
const longestQueueDays = 14;

/** Days after which no job can need an object. */
export function objectDays({ retentionDays }: Pick<Config, "retentionDays">): number {
  return longestQueueDays + retentionDays + 1;
}

export interface JobStorageArgs {
  config: Pick<Config, "protectData" | "retentionDays" | "corsOrigins" | "backup">;
  keys: Keys;
}

/** The jobs table, and the bucket for payloads, results and uploads that are too large for a record. */
export class JobStorage extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, args: JobStorageArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:JobStorage", name, {}, options);
    const own = { parent: this };
    const data = { ...own, ...guarded(args.config) };
    this.table = createTable(name, args, data);
    this.bucket = new aws.s3.Bucket(`${name}-artifacts`, { forceDestroy: !args.config.protectData }, data);
    closeBucket(name, this.bucket, args.keys, own);
    expireObjects(name, this.bucket, args.config, keepVersions(name, this.bucket, args.config, own));
    allowCorsOrigins(name, this.bucket, args.config, own);
    this.registerOutputs({ tableName: this.table.name, bucketName: this.bucket.bucket });
  }

  readJobsStatement(): Statement {
    return allow(["dynamodb:GetItem"], [this.table.arn]);
  }

  writeJobsStatement(): Statement {
    return allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], [this.table.arn]);
  }

  listJobsStatement(): Statement {
    return allow(["dynamodb:Query"], [pulumi.interpolate`${this.table.arn}/index/${jobsTable.stateIndex}`]);
  }

  /** A list reads keys from the index, then the jobs from the table. */
  listOwnedJobsStatements(): Statement[] {
    return [
      allow(["dynamodb:Query"], [pulumi.interpolate`${this.table.arn}/index/${jobsTable.ownerIndex}`]),
      allow(["dynamodb:BatchGetItem"], [this.table.arn]),
    ];
  }

  readObjectsStatement(...prefixes: string[]): Statement {
    return allow(
      ["s3:GetObject"],
      prefixes.map((prefix) => pulumi.interpolate`${this.bucket.arn}/${prefix}/*`),
    );
  }

  /** Without `s3:ListBucket`, S3 answers 403 instead of 404 for a missing object. */
  listBucketStatement(): Statement {
    return allow(["s3:ListBucket"], [this.bucket.arn]);
  }

  /** Gives up objects written in parts. `s3:PutObject` covers the rest of such a write. */
  abortUploadsStatement(...prefixes: string[]): Statement {
    return allow(
      ["s3:AbortMultipartUpload"],
      prefixes.map((prefix) => pulumi.interpolate`${this.bucket.arn}/${prefix}/*`),
    );
  }

  writeObjectsStatement(...prefixes: string[]): Statement {
    return allow(
      ["s3:PutObject"],
      prefixes.map((prefix) => pulumi.interpolate`${this.bucket.arn}/${prefix}/*`),
    );
  }
}

function createTable(name: string, { config, keys }: JobStorageArgs, options: pulumi.CustomResourceOptions) {
  return new aws.dynamodb.Table(
    name,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: jobsTable.hashKey,
      attributes: [
        { name: jobsTable.hashKey, type: "S" },
        { name: jobsTable.stateIndexHashKey, type: "S" },
        { name: jobsTable.stateIndexRangeKey, type: "N" },
        { name: jobsTable.ownerIndexHashKey, type: "S" },
        { name: jobsTable.ownerIndexRangeKey, type: "S" },
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
        {
          name: jobsTable.ownerIndex,
          keySchemas: [
            { attributeName: jobsTable.ownerIndexHashKey, keyType: "HASH" },
            { attributeName: jobsTable.ownerIndexRangeKey, keyType: "RANGE" },
          ],
          projectionType: "INCLUDE",
          nonKeyAttributes: [...jobsTable.ownerIndexAttributes],
        },
      ],
      ttl: { attributeName: jobsTable.expiryAttribute, enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: config.protectData,
      // Without this setting DynamoDB encrypts with an AWS-owned key.
      ...(keys.arn ? { serverSideEncryption: { enabled: true, kmsKeyArn: keys.arn } } : {}),
    },
    options,
  );
}

/** No public access, encryption at rest, TLS only. */
export function closeBucket(
  name: string,
  bucket: aws.s3.Bucket,
  keys: Keys,
  options: pulumi.CustomResourceOptions,
): void {
  new aws.s3.BucketPublicAccessBlock(
    name,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    options,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    {
      bucket: bucket.id,
      rules: [
        keys.arn
          ? {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keys.arn },
              // A bucket key saves a KMS call per object.
              bucketKeyEnabled: true,
            }
          : { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ],
    },
    options,
  );
  new aws.s3.BucketPolicy(name, { bucket: bucket.id, policy: refusePlaintext(bucket) }, options);
}

/** AWS Backup only backs up buckets that keep versions. Returns options for what needs the versions. */
function keepVersions(
  name: string,
  bucket: aws.s3.Bucket,
  { backup }: Pick<Config, "backup">,
  options: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  if (backup === "off") return options;
  const versioning = new aws.s3.BucketVersioning(
    name,
    { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
    options,
  );
  return { ...options, dependsOn: [versioning] };
}

function expireObjects(
  name: string,
  bucket: aws.s3.Bucket,
  config: Pick<Config, "retentionDays" | "backup">,
  options: pulumi.CustomResourceOptions,
): void {
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
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
        // S3 applies the shorter of two rules. Jobs use copies of their uploads, under another prefix.
        {
          id: "expire-uploads",
          status: "Enabled",
          filter: { prefix: `${objectPrefixes.uploads}/` },
          expiration: { days: limits.uploadDays },
        },
        // With versions, an expired object is only hidden, by a delete marker.
        ...(config.backup === "off"
          ? []
          : [
              {
                id: "remove-versions",
                status: "Enabled",
                filter: { prefix: "" },
                noncurrentVersionExpiration: { noncurrentDays: 1 },
                expiration: { expiredObjectDeleteMarker: true },
              },
            ]),
      ],
    },
    options,
  );
}

function allowCorsOrigins(
  name: string,
  bucket: aws.s3.Bucket,
  { corsOrigins }: Pick<Config, "corsOrigins">,
  options: pulumi.CustomResourceOptions,
): void {
  if (corsOrigins.length === 0) return;
  new aws.s3.BucketCorsConfiguration(
    name,
    {
      bucket: bucket.id,
      corsRules: [
        {
          allowedOrigins: corsOrigins,
          allowedMethods: ["PUT", "GET"],
          allowedHeaders: ["content-type", "if-none-match"],
        },
      ],
    },
    options,
  );
}

function refusePlaintext(bucket: aws.s3.Bucket): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [tlsOnly("s3:*", [bucket.arn, pulumi.interpolate`${bucket.arn}/*`])],
  });
}
