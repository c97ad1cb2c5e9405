import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { allow, serviceRole } from "./iam.ts";

/**
 * Calls a function once a minute. Neither the scheduler nor Lambda repeats a call that failed: the next minute brings the
 * next one, and a late one is of no use.
 */
export function everyMinute(
  name: string,
  target: aws.lambda.Function,
  options: pulumi.CustomResourceOptions,
): aws.scheduler.Schedule {
  new aws.lambda.FunctionEventInvokeConfig(
    name,
    { functionName: target.name, maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
    options,
  );
  const { role, policy } = serviceRole(
    `${name}-schedule`,
    { service: "scheduler.amazonaws.com", statements: [allow(["lambda:InvokeFunction"], [target.arn])] },
    options,
  );
  return new aws.scheduler.Schedule(
    name,
    {
      scheduleExpression: "rate(1 minute)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: target.arn,
        roleArn: role.arn,
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    },
    { ...options, dependsOn: [policy] },
  );
}
