import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config.ts";
import { allow, type Statement } from "./iam.ts";
import type { Keys } from "./keys.ts";

/**
 * Prefix for log groups that an AWS service delivers to. For any other name CloudWatch Logs adds the group to the region's one
 * delivery policy of 5,120 characters, and the entry stays when the group is deleted.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
 */
const deliveredPrefix = "/aws/vendedlogs/";

interface LogGroupArgs {
  config: Pick<Config, "logRetentionDays">;
  keys: Keys;
  /** Written by an AWS service through log delivery, not by a role of the stack. */
  isDelivered?: boolean;
}

/**
 * A log group that is destroyed with the stack. Writers have no permission to create it: otherwise a late line would recreate
 * it after a destroy.
 */
export function createLogGroup(
  name: string,
  { config, keys, isDelivered = false }: LogGroupArgs,
  options: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    name,
    {
      ...(isDelivered ? { namePrefix: `${deliveredPrefix}${pulumi.getProject()}-${pulumi.getStack()}-${name}-` } : {}),
      retentionInDays: config.logRetentionDays,
      ...(keys.arn ? { kmsKeyId: keys.arn } : {}),
    },
    options,
  );
}

/** Log settings of a container, whose streams in the group begin with the prefix. */
export function containerLogs(
  logGroup: aws.cloudwatch.LogGroup,
  region: pulumi.Output<string>,
  prefix: string,
): { logDriver: string; options: Record<string, pulumi.Input<string>> } {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": logGroup.name,
      "awslogs-region": region,
      "awslogs-stream-prefix": prefix,
      // When CloudWatch does not accept lines, the oldest are dropped. Blocking mode would stop the container's work.
      mode: "non-blocking",
      "max-buffer-size": "25m",
    },
  };
}

export function writeLogStatement(logGroup: aws.cloudwatch.LogGroup): Statement {
  return allow(["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${logGroup.arn}:*`]);
}
