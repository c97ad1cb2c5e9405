import type { Registration } from "../record-program.ts";
import { givesSecretAway, input, setting } from "./reading.ts";
import type { Rule } from "./rule.ts";

const lambdaFunction = "aws:lambda/function:Function";
const permission = "aws:lambda/permission:Permission";

function has(id: string, says: string, path: string): Rule {
  return { ids: [id], says, types: [lambdaFunction], holds: (resource) => input(resource, path) !== undefined };
}

export const lambdaRules: Rule[] = [
  {
    ids: ["CKV_AWS_115"],
    says: "has concurrency of its own, which is also its limit",
    types: [lambdaFunction],
    holds: (resource) => Number(input(resource, "reservedConcurrentExecutions")) > 0,
    spoil: setting("reservedConcurrentExecutions", undefined),
  },
  has("CKV_AWS_116", "has a dead-letter queue", "deadLetterConfig"),
  has("CKV_AWS_117", "runs inside the VPC", "vpcConfig"),
  has("CKV_AWS_173", "has its environment encrypted with a key of the stack's own", "kmsKeyArn"),
  has("CKV_AWS_272", "runs signed code only", "codeSigningConfigArn"),
  {
    ids: ["CKV_AWS_363", "AwsSolutions-L1"],
    says: "runs on the newest runtime",
    types: [lambdaFunction],
    holds: (resource) => input(resource, "runtime") === "nodejs24.x",
    spoil: setting("runtime", "nodejs18.x"),
  },
  {
    ids: ["CKV_AWS_45"],
    says: "has no secret in its environment",
    types: [lambdaFunction],
    holds: (resource) =>
      resource.secretPaths.length === 0 &&
      Object.entries(environment(resource)).every(([name, value]) => !givesSecretAway(name, value)),
    spoil: setting("environment.variables.DATABASE_PASSWORD", "hunter2"),
  },
  {
    ids: ["CKV_AWS_50"],
    says: "is traced",
    types: [lambdaFunction],
    holds: (resource) => input(resource, "tracingConfig.mode") === "Active",
    spoil: setting("tracingConfig.mode", "PassThrough"),
  },
  {
    ids: ["sluice-function-log"],
    says: "writes JSON lines to a log group of the stack's own",
    types: [lambdaFunction],
    holds: (resource) =>
      input(resource, "loggingConfig.logFormat") === "JSON" && Boolean(input(resource, "loggingConfig.logGroup")),
    spoil: setting("loggingConfig", undefined),
  },
  {
    ids: ["CKV_AWS_301"],
    says: "may be called by one service, not by everybody",
    types: [permission],
    holds: (resource) => String(input(resource, "principal")).endsWith(".amazonaws.com"),
    spoil: setting("principal", "*"),
  },
  {
    ids: ["CKV_AWS_364"],
    says: "may be called for one source only",
    types: [permission],
    holds: (resource) => String(input(resource, "sourceArn")).startsWith("arn:aws:"),
    spoil: setting("sourceArn", undefined),
  },
];

function environment(resource: Registration): Record<string, unknown> {
  return (input(resource, "environment.variables") ?? {}) as Record<string, unknown>;
}
