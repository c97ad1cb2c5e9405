import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config.ts";
import { guarded } from "./guarded.ts";
import { allow, type Statement } from "./iam.ts";

/** Services of AWS that encrypt for those who call them. */
type EncryptingService = "dynamodb" | "s3" | "sqs" | "sns";

/** What data at rest is encrypted with. */
export interface Keys {
  /** Undefined where each service uses keys of AWS's own. */
  arn: pulumi.Output<string> | undefined;
  /** What a role needs besides its right to call these services: the key, and only by way of them. */
  useStatements(...services: EncryptingService[]): Statement[];
}

/** AWS's own keys, or one of the stack's own for all it keeps. */
export function createKeys(
  name: string,
  config: Pick<Config, "encryption" | "protectData" | "spotPercent">,
  options: { provider: aws.Provider },
): Keys {
  if (config.encryption === "aws-owned") return { arn: undefined, useStatements: () => [] };

  const region = aws.getRegionOutput({}, options).region;
  const key = new aws.kms.Key(
    name,
    {
      description: "Sluice: all that the stack keeps",
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

/** The services that use the key without a role of ours, and the account, whose roles' own policies count beside this one. */
function keyPolicy(
  config: Pick<Config, "spotPercent">,
  accountId: pulumi.Output<string>,
  region: pulumi.Output<string>,
): pulumi.Output<string> {
  // In a key's own policy "*" is this key.
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
        // Without it an alarm, or a failed deployment's event, says nothing to an encrypted topic, and nobody hears that.
        // SNS itself needs no statement: it decrypts by the right of whoever publishes.
        // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource,
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
      {
        // A failed deployment's event reaches the topic by EventBridge, which is not said to name the account to KMS.
        Sid: "Events",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource,
      },
      ...volumeStatements(config, accountId),
    ],
  });
}

/**
 * Auto Scaling launches instances, and so opens their volumes, by a role of its own, whose policy knows no keys.
 * It is named by a condition: as a principal, the policy would be refused in an account that has had no group yet.
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
