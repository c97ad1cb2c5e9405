import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { functionCode } from "./bundle.ts";
import type { Config } from "./config.ts";
import { allow, type Statement, serviceRole } from "./iam.ts";

export interface FunctionArgs {
  /** Entry file under the project's root; exports `handler`. */
  entry: string;
  description: string;
  environment: Record<string, pulumi.Input<string>>;
  /** What it may do besides writing its own log. */
  statements: Statement[];
  timeoutSeconds: number;
  memoryMegabytes: number;
}

/** A Lambda function with its own log group and its own role. */
export function createFunction(
  name: string,
  args: FunctionArgs,
  config: Pick<Config, "architecture" | "logRetentionDays">,
  options: pulumi.CustomResourceOptions,
): aws.lambda.Function {
  const logGroup = new aws.cloudwatch.LogGroup(name, { retentionInDays: config.logRetentionDays }, options);
  const writeLog = allow(["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${logGroup.arn}:*`]);
  const { role, policy } = serviceRole(
    name,
    { service: "lambda.amazonaws.com", statements: [writeLog, ...args.statements] },
    options,
  );
  return new aws.lambda.Function(
    name,
    {
      description: args.description,
      runtime: "nodejs24.x",
      architectures: [config.architecture === "arm64" ? "arm64" : "x86_64"],
      handler: "index.handler",
      code: functionCode(args.entry),
      role: role.arn,
      timeout: args.timeoutSeconds,
      memorySize: args.memoryMegabytes,
      environment: { variables: args.environment },
      loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
    },
    { ...options, dependsOn: [policy] },
  );
}
