import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config.ts";
import { allow, type Statement } from "./iam.ts";
import type { Keys } from "./keys.ts";

/**
 * A log group that is destroyed with the stack. Writers have no permission to create it: otherwise a late line would recreate
 * it after a destroy.
 */
export function createLogGroup(
  name: string,
  { config, keys }: { config: Pick<Config, "logRetentionDays">; keys: Keys },
  options: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    name,
    { retentionInDays: config.logRetentionDays, ...(keys.arn ? { kmsKeyId: keys.arn } : {}) },
    options,
  );
}

export function writeLogStatement(logGroup: aws.cloudwatch.LogGroup): Statement {
  return allow(["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${logGroup.arn}:*`]);
}
