import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow, type Statement } from "../iam.ts";
import type { Keys } from "../keys.ts";

interface BackedUp {
  vault: aws.backup.Vault;
  table: aws.dynamodb.Table;
  buckets: aws.s3.Bucket[];
  keys: Keys;
}

/**
 * Permissions with which AWS Backup reads the table and the buckets: those of its managed policies for DynamoDB and S3, for the
 * stack's resources only.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForS3Backup.html
 */
export function backupStatements(
  { vault, table, buckets, keys }: BackedUp,
  options: pulumi.CustomResourceOptions,
): Statement[] {
  const parent = options.parent ? { parent: options.parent } : {};
  const { region } = aws.getRegionOutput({}, parent);
  const { accountId } = aws.getCallerIdentityOutput({}, parent);
  return [
    allow(["backup:DescribeBackupVault", "backup:CopyIntoBackupVault"], [vault.arn]),
    allow(
      ["dynamodb:DescribeTable", "dynamodb:CreateBackup", "dynamodb:StartAwsBackupJob", "dynamodb:ListTagsOfResource"],
      [table.arn],
    ),
    allow(["dynamodb:DescribeBackup", "dynamodb:DeleteBackup"], [pulumi.interpolate`${table.arn}/backup/*`]),
    allow(
      bucketActions,
      buckets.map(({ arn }) => arn),
    ),
    allow(
      objectActions,
      buckets.map(({ arn }) => pulumi.interpolate`${arn}/*`),
    ),
    allow(ruleActions, [pulumi.interpolate`arn:aws:events:${region}:${accountId}:rule/AwsBackupManagedRule*`]),
    allow(["cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets", "tag:GetResources"], ["*"]),
    ...keys.useStatements("dynamodb", "s3"),
    ...(keys.arn
      ? [
          allow(["kms:DescribeKey"], [keys.arn]),
          allow(["kms:CreateGrant"], [keys.arn], { Bool: { "kms:GrantIsForAWSResource": "true" } }),
        ]
      : []),
  ];
}

const bucketActions = [
  "s3:GetBucketTagging",
  "s3:GetInventoryConfiguration",
  "s3:ListBucketVersions",
  "s3:ListBucket",
  "s3:GetBucketVersioning",
  "s3:GetBucketLocation",
  "s3:GetBucketAcl",
  "s3:PutInventoryConfiguration",
  "s3:GetBucketNotification",
  "s3:PutBucketNotification",
];

const objectActions = [
  "s3:GetObject",
  "s3:GetObjectAcl",
  "s3:GetObjectTagging",
  "s3:GetObjectVersion",
  "s3:GetObjectVersionAcl",
  "s3:GetObjectVersionTagging",
];

/** AWS Backup follows changes of a bucket by rules of its own. */
const ruleActions = [
  "events:PutRule",
  "events:DescribeRule",
  "events:EnableRule",
  "events:DisableRule",
  "events:DeleteRule",
  "events:PutTargets",
  "events:RemoveTargets",
  "events:ListTargetsByRule",
];
