import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { readSender } from "../contract/intake.ts";
import type { Config } from "./config.ts";
import { guarded } from "./guarded.ts";
import { allow, type Statement } from "./iam.ts";

/** AWS services that call KMS on behalf of their callers. */
type EncryptingService = "dynamodb" | "s3" | "sqs" | "sns";

/** Encryption of data at rest. */
export interface Keys {
  /** The customer managed key; undefined with AWS-owned keys. */
  arn: pulumi.Output<string> | undefined;
  /** Permissions to use the key through the given services only. */
  useStatements(...services: EncryptingService[]): Statement[];
}

type KeysConfig = Pick<
  Config,
  "compute" | "encryption" | "protectData" | "spotPercent" | "drops" | "senders" | "eventDetail"
>;

/** AWS-owned keys, or one customer managed key for all data of the stack. */
export function createKeys(name: string, config: KeysConfig, options: { provider: aws.Provider }): Keys {
  if (config.encryption === "aws-owned") return { arn: undefined, useStatements: () => [] };

  const region = aws.getRegionOutput({}, options).region;
  const key = new aws.kms.Key(
    name,
    {
      description: "Sluice: data at rest of the stack",
      enableKeyRotation: true,
      deletionWindowInDays: config.protectData ? 30 : 7,
      policy: keyPolicy(config, aws.getCallerIdentityOutput({}, options).accountId, region),
    },
    { ...options, ...guarded(config) },
  );
  return {
    arn: key.arn,
    useStatements: (...services) => [
      allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.arn], {
        StringEquals: {
          "kms:ViaService": services.map((service) => pulumi.interpolate`${service}.${region}.amazonaws.com`),
        },
      }),
    ],
  };
}

/** Admits the account, so that IAM policies apply, and the AWS services that use the key without a role of the stack. */
function keyPolicy(
  config: KeysConfig,
  accountId: pulumi.Output<string>,
  region: pulumi.Output<string>,
): pulumi.Output<string> {
  // In a key policy, "*" means this key.
  const Resource = "*";
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Account",
        Effect: "Allow",
        Principal: { AWS: pulumi.interpolate`arn:aws:iam::${accountId}:root` },
        Action: "kms:*",
        Resource,
      },
      {
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        Sid: "LogGroups",
        Effect: "Allow",
        Principal: { Service: pulumi.interpolate`logs.${region}.amazonaws.com` },
        Action: useActions,
        Resource,
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:aws:logs:${region}:${accountId}:log-group:*`,
          },
        },
      },
      {
        // Without this statement CloudWatch cannot publish alarms to the encrypted topic, and the failure is silent.
        // SNS needs no statement: it uses the publisher's permission.
        // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource,
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
      {
        // EventBridge publishes failed deployments. AWS does not document that it sends aws:SourceAccount to KMS.
        Sid: "Events",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource,
      },
      ...(config.compute === "ec2" ? volumeStatements(config, accountId) : []),
      ...senderStatements(config, accountId, region),
      ...(config.eventDetail === "off"
        ? []
        : [
            {
              // SNS encrypts undelivered events in their queue.
              // https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
              Sid: "UndeliveredEvents",
              Effect: "Allow",
              Principal: { Service: "sns.amazonaws.com" },
              Action: ["kms:Decrypt", "kms:GenerateDataKey"],
              Resource,
              Condition: { StringEquals: { "aws:SourceAccount": accountId } },
            },
          ]),
    ],
  });
}

/**
 * Senders of the inbox encrypt their messages. EventBridge is admitted above.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
function senderStatements(
  { drops, senders }: KeysConfig,
  accountId: pulumi.Output<string>,
  region: pulumi.Output<string>,
) {
  const statement = (Sid: string, Principal: object, Condition: object) => ({
    Sid,
    Effect: "Allow",
    Principal,
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: "*",
    Condition,
  });
  const listed = senders.map(readSender);
  const topics = listed.flatMap((sender) => (sender?.kind === "topic" ? [sender.arn] : []));
  const accounts = listed.flatMap((sender) => (sender?.kind === "account" ? [sender.accountId] : []));
  const hasBuckets = drops.length > 0 || listed.some((sender) => sender?.kind === "bucket");
  return [
    ...(hasBuckets
      ? [statement("Buckets", { Service: "s3.amazonaws.com" }, { StringEquals: { "aws:SourceAccount": accountId } })]
      : []),
    ...(topics.length > 0
      ? [statement("Topics", { Service: "sns.amazonaws.com" }, { ArnEquals: { "aws:SourceArn": topics } })]
      : []),
    ...(accounts.length > 0
      ? [
          statement(
            "Accounts",
            { AWS: accounts.map((id) => `arn:aws:iam::${id}:root`) },
            { StringEquals: { "kms:ViaService": pulumi.interpolate`sqs.${region}.amazonaws.com` } },
          ),
        ]
      : []),
  ];
}

/**
 * Auto Scaling creates encrypted volumes with its service-linked role, whose policy grants no keys. The role is named in a
 * condition: KMS refuses a policy whose principal does not exist, and a new account has no such role yet.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
 */
function volumeStatements({ spotPercent }: Pick<Config, "spotPercent">, accountId: pulumi.Output<string>) {
  const serviceRole = (path: string) => pulumi.interpolate`arn:aws:iam::${accountId}:role/aws-service-role/${path}`;
  const launchers = [
    serviceRole("autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"),
    ...(spotPercent > 0 ? [serviceRole("spot.amazonaws.com/AWSServiceRoleForEC2Spot")] : []),
  ];
  const statement = (Sid: string, Action: string[], more: object) => ({
    Sid,
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action,
    Resource: "*",
    Condition: {
      StringEquals: { "kms:CallerAccount": accountId },
      ArnEquals: { "aws:PrincipalArn": launchers },
      ...more,
    },
  });
  return [
    statement("Volumes", useActions, {}),
    statement("VolumeGrants", ["kms:CreateGrant"], { Bool: { "kms:GrantIsForAWSResource": "true" } }),
  ];
}

const useActions = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:DescribeKey",
];
