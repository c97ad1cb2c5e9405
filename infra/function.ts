import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { functionCode } from "./bundle.ts";
import type { Config } from "./config.ts";
import { allow, type Statement, serviceRole } from "./iam.ts";
import type { Keys } from "./keys.ts";
import { createLogGroup, writeLogStatement } from "./log-group.ts";

export interface FunctionArgs {
  /** Entry file under the project's root; exports `handler`. */
  entry: string;
  description: string;
  environment: Record<string, pulumi.Input<string>>;
  /** Permissions besides writing the function's log and traces. */
  statements: Statement[];
  keys: Keys;
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** Executions that only this function can use, and its limit. Without it the function shares the account's concurrency. */
  reservedConcurrency?: number | undefined;
}

/** A Lambda function with its own log group and its own role. */
export function createFunction(
  name: string,
  args: FunctionArgs,
  config: Pick<Config, "architecture" | "logRetentionDays" | "tracing">,
  options: pulumi.CustomResourceOptions,
): aws.lambda.Function {
  const logGroup = createLogGroup(name, { config, keys: args.keys }, options);
  const { role, policy } = serviceRole(
    name,
    {
      service: "lambda.amazonaws.com",
      statements: [writeLogStatement(logGroup), ...writeTracesStatements(config), ...args.statements],
    },
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
      ...(args.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: args.reservedConcurrency }),
      environment: { variables: args.environment },
      tracingConfig: { mode: config.tracing ? "Active" : "PassThrough" },
      loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
    },
    { ...options, dependsOn: [policy] },
  );
}

/** These X-Ray actions have no resource types. Lambda's daemon sends segments and telemetry. */
function writeTracesStatements({ tracing }: Pick<Config, "tracing">): Statement[] {
  return tracing ? [allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"])] : [];
}
