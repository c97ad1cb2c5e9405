import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { instanceSize, isArm, reservedMebibytes } from "../contract/instance-types.ts";

const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const integer = (least: number, most: number) => z.int().min(least).max(most);

const instanceType = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, "expected an EC2 instance type such as t4g.medium");

/** Every key of Pulumi.yaml with its range. Defaults and descriptions stand in Pulumi.yaml alone. */
const configSchema = z.strictObject({
  auth: z.enum(["iam", "none"]),
  corsOrigins: z.array(z.string().regex(/^https?:\/\/[^/\s*]+$/, "expected an origin such as https://app.example.com")),
  apiRequestsPerSecond: integer(1, 10_000),
  apiBurst: integer(1, 10_000),
  visibilitySeconds: integer(2, 3_600),
  maxAttempts: integer(1, 100),
  jobTimeoutSeconds: integer(1, 39_600),
  retentionDays: integer(1, 365),
  sweepAfterSeconds: integer(2, 3_600),
  minTasks: integer(0, 1_000),
  maxTasks: integer(1, 1_000),
  latencyTargetSeconds: integer(1, 86_400),
  expectedJobMilliseconds: integer(1, 39_600_000),
  scaleOutCooldownSeconds: integer(0, 3_600),
  scaleInCooldownSeconds: integer(0, 3_600),
  slots: integer(1, 100),
  stopTimeoutSeconds: integer(2, 3_600),
  architecture: z.enum(["arm64", "amd64"]),
  instanceType,
  spotPercent: integer(0, 100),
  spotInstanceTypes: z.array(instanceType),
  maxInstances: integer(1, 500),
  taskCpu: integer(128, 16_384),
  taskMemoryMegabytes: integer(128, 65_536),
  imageUri: z.string().regex(/^$|^[^\s/]+\/\S+$/, "expected REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST"),
  vpcCidr: z.cidrv4().refine(isRoomyRange, "expected a prefix from /16 to /24"),
  availabilityZones: integer(2, 4),
  egress: z.enum(["nat", "endpoints"]),
  natPerZone: z.boolean(),
  exec: z.boolean(),
  encryption: z.enum(["aws-owned", "customer-key"]),
  tracing: z.boolean(),
  alarmEmail: z.string().regex(/^$|^[^@\s]+@[^@\s]+\.[^@\s]+$/, "expected an e-mail address, or nothing"),
  logRetentionDays: z
    .int()
    .refine((days) => logRetentions.includes(days), `expected one of ${logRetentions.join(", ")}`),
  protectData: z.boolean(),
});

export type Config = z.infer<typeof configSchema>;

export const configKeys = Object.keys(configSchema.shape) as (keyof Config)[];

/**
 * Reads the stack's configuration and checks it whole, before any resource exists.
 * @throws pulumi.RunError that lists every problem with its key, what was expected and what came.
 */
export function readConfig(): Config {
  const source = new pulumi.Config();
  const texts = Object.fromEntries(configKeys.map((key) => [key, source.get(key)]));
  const result = checkConfig({ ...texts, ...undeclaredKeys() });
  if ("problems" in result) {
    throw new pulumi.RunError(
      `The configuration of stack "${pulumi.getStack()}" is not usable:\n${result.problems.map((line) => `  - ${line}`).join("\n")}`,
    );
  }
  return result.config;
}

/** The configuration from its texts as Pulumi hands them over, or all that is wrong with it. */
export function checkConfig(texts: Record<string, string | undefined>): { config: Config } | { problems: string[] } {
  const values = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, parseText(key, text)]));
  const parsed = configSchema.safeParse(values);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map((issue) => describeIssue(issue, texts)) };
  }
  const problems = contradictions(parsed.data);
  return problems.length > 0 ? { problems } : { config: parsed.data };
}

/** Keys of ours that mean nothing, such as a misspelt one. */
function undeclaredKeys(): Record<string, string> {
  const prefix = `${pulumi.getProject()}:`;
  const all = Object.entries(pulumi.runtime.allConfig()).map(([key, text]) => [key.replace(prefix, ""), text] as const);
  return Object.fromEntries(all.filter(([key]) => !key.includes(":") && !(key in configSchema.shape)));
}

/** What each value alone does not show: keys that do not go together. */
function contradictions(config: Config): string[] {
  return [...boundProblems(config), ...instanceProblems(config), ...egressProblems(config)];
}

function boundProblems({ minTasks, maxTasks, latencyTargetSeconds, expectedJobMilliseconds, slots }: Config): string[] {
  const problems: string[] = [];
  if (minTasks > maxTasks) problems.push(`minTasks ${minTasks} is more than maxTasks ${maxTasks}`);
  if (latencyTargetSeconds * 1000 * slots < expectedJobMilliseconds) {
    problems.push(
      `latencyTargetSeconds ${latencyTargetSeconds} is too short for jobs of expectedJobMilliseconds ${expectedJobMilliseconds} in ${slots} slots: not one job could wait for a task`,
    );
  }
  return problems;
}

function instanceProblems(config: Config): string[] {
  const types = [config.instanceType, ...config.spotInstanceTypes];
  return [
    ...types
      .filter((type) => isArm(type) !== (config.architecture === "arm64"))
      .map(
        (type) =>
          `instanceType ${type} has ${isArm(type) ? "arm64" : "amd64"} CPUs, but architecture is ${config.architecture}`,
      ),
    ...types.filter((type) => !fitsOn(type, config)).map((type) => tooLarge(type, config)),
    ...(config.spotInstanceTypes.length > 0 && config.spotPercent === 0
      ? ["spotInstanceTypes are given, but spotPercent is 0"]
      : []),
  ];
}

/** Of a type we know nothing about, nothing is claimed. */
function fitsOn(type: string, { taskCpu, taskMemoryMegabytes }: Config): boolean {
  const size = instanceSize(type);
  if (!size) return true;
  return taskCpu <= size.cpuUnits && taskMemoryMegabytes <= size.memoryMebibytes - reservedMebibytes(size);
}

function tooLarge(type: string, { taskCpu, taskMemoryMegabytes }: Config): string {
  return `a task of taskCpu ${taskCpu} and taskMemoryMegabytes ${taskMemoryMegabytes} fits on no ${type}; no task would ever start`;
}

function egressProblems({ egress, natPerZone, imageUri }: Config): string[] {
  if (egress === "nat") return [];
  const problems: string[] = [];
  if (natPerZone) problems.push("natPerZone asks for NAT gateways, but egress is endpoints");
  if (imageUri !== "" && !/\.dkr\.ecr\./.test(imageUri)) {
    problems.push(`imageUri ${imageUri} is outside ECR, which egress endpoints cannot reach`);
  }
  return problems;
}

/** Strings stay as they are; everything else in the schema is JSON to Pulumi. */
function parseText(key: string, text: string | undefined): unknown {
  const field = configSchema.shape[key as keyof Config];
  if (
    text === undefined ||
    field instanceof z.ZodString ||
    field instanceof z.ZodEnum ||
    field instanceof z.ZodCIDRv4
  ) {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describeIssue(issue: z.core.$ZodIssue, texts: Record<string, string | undefined>): string {
  if (issue.code === "unrecognized_keys") {
    return `${issue.keys.map((key) => `sluice:${key}`).join(", ")}: no such key; Pulumi.yaml lists them all`;
  }
  const key = String(issue.path[0]);
  const came = texts[key] === undefined ? "it is not set" : `it is "${texts[key]}"`;
  return `sluice:${issue.path.join(".")}: ${issue.message}; ${came}`;
}

function isRoomyRange(range: string): boolean {
  const prefix = Number(range.split("/")[1]);
  return prefix >= 16 && prefix <= 24;
}
