import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { jobsTable } from "../contract/jobs-table.ts";
import type { Config } from "./config.ts";
import { guarded } from "./guarded.ts";
import { allow, type Statement, tlsOnly } from "./iam.ts";
import type { Keys } from "./keys.ts";

/** SQS keeps a message for this long, so that a payload may be needed for as long before its job ends. */
const longestQueueDays = 14;

export interface JobStorageArgs {
  config: Pick<Config, "protectData" | "retentionDays" | "corsOrigins">;
  keys: Keys;
}

/** What is true of each job, and the values that are too large for its record. */
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
    expireObjects(name, this.bucket, args.config, own);
    letBrowsersIn(name, this.bucket, args.config, own);
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

  /** The page's keys from the index, the jobs themselves from the table. */
  listOwnedJobs(): Statement[] {
    return [
      allow(["dynamodb:Query"], [pulumi.interpolate`${this.table.arn}/index/${jobsTable.ownerIndex}`]),
      allow(["dynamodb:BatchGetItem"], [this.table.arn]),
    ];
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
      // Unstated, a table is encrypted with a key that AWS owns.
      ...(keys.arn ? { serverSideEncryption: { enabled: true, kmsKeyArn: keys.arn } } : {}),
    },
    options,
  );
}

/** Encrypted, over TLS, and to nobody outside the account. */
function closeBucket(name: string, bucket: aws.s3.Bucket, keys: Keys, options: pulumi.CustomResourceOptions): void {
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
              // One call of KMS for many objects.
              bucketKeyEnabled: true,
            }
          : { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ],
    },
    options,
  );
  new aws.s3.BucketPolicy(name, { bucket: bucket.id, policy: refusePlaintext(bucket) }, options);
}

function expireObjects(
  name: string,
  bucket: aws.s3.Bucket,
  { retentionDays }: Pick<Config, "retentionDays">,
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
          expiration: { days: longestQueueDays + retentionDays + 1 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    options,
  );
}

function letBrowsersIn(
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
      corsRules: [{ allowedOrigins: corsOrigins, allowedMethods: ["PUT", "GET"], allowedHeaders: ["content-type"] }],
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
