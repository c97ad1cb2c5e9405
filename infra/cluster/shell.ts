import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs } from "../cluster.ts";
import { allow, type Statement } from "../iam.ts";
import type { Keys } from "../keys.ts";
import { createLogGroup, writeLog } from "../log-group.ts";

/** Where the sessions of ECS Exec are logged, and what they are encrypted with. */
export interface Shell {
  logGroup: aws.cloudwatch.LogGroup;
  keyArn: Keys["arn"];
}

export function shellLog(name: string, args: ClusterArgs, options: pulumi.CustomResourceOptions): Shell {
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
    // Before it writes, the agent looks for the group; listing groups knows no resources.
    allow(["logs:DescribeLogGroups"], ["*"]),
    allow(["logs:DescribeLogStreams"], [pulumi.interpolate`${logGroup.arn}:*`]),
    writeLog(logGroup),
    // The agent in the container opens the session's key itself, not by way of another service.
    ...(keyArn ? [allow(["kms:Decrypt"], [keyArn])] : []),
  ];
}
