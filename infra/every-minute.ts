import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { allow, serviceRole } from "./iam.ts";

/**
 * Invokes a function once a minute. Scheduler and Lambda do not retry a failed invocation: the next one follows within a
 * minute.
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
