import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { allow, type Statement } from "../iam.ts";
import type { Keys } from "../keys.ts";
import { createLogGroup, writeLogStatement } from "../log-group.ts";

/** Log and key of ECS Exec sessions. */
export interface Shell {
  logGroup: aws.cloudwatch.LogGroup;
  keyArn: Keys["arn"];
}

export function shellLog(
  name: string,
  args: { config: Pick<Config, "logRetentionDays">; keys: Keys },
  options: pulumi.CustomResourceOptions,
): Shell {
  return { logGroup: createLogGroup(`${name}-shell`, args, options), keyArn: args.keys.arn };
}

export function shellConfiguration({ logGroup, keyArn }: Shell) {
  return {
    ...(keyArn ? { kmsKeyId: keyArn } : {}),
    logging: "OVERRIDE",
    logConfiguration: { cloudWatchLogGroupName: logGroup.name, cloudWatchEncryptionEnabled: keyArn !== undefined },
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions */
export function shellStatements({ logGroup, keyArn }: Shell): Statement[] {
  return [
    allow(
      [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      ["*"],
    ),
    // The agent looks for the log group before it writes. This action has no resource types.
    allow(["logs:DescribeLogGroups"], ["*"]),
    allow(["logs:DescribeLogStreams"], [pulumi.interpolate`${logGroup.arn}:*`]),
    writeLogStatement(logGroup),
    // The agent in the container calls KMS itself, not through another service.
    ...(keyArn ? [allow(["kms:Decrypt"], [keyArn])] : []),
  ];
}
