import { parse } from "yaml";
import { z } from "zod";
import { AppError } from "../runtime/errors.ts";

/**
 * What the checks and the costs need of the configuration. The program itself checks all of it; here only the form matters.
 * Pulumi writes numbers and booleans that were set by command as texts.
 */
const schema = z.object({
  apiRequestsPerSecond: z.coerce.number(),
  minTasks: z.coerce.number(),
  maxTasks: z.coerce.number(),
  slots: z.coerce.number(),
  expectedJobMilliseconds: z.coerce.number(),
  architecture: z.enum(["arm64", "amd64"]),
  instanceType: z.string(),
  spotPercent: z.coerce.number(),
  maxInstances: z.coerce.number(),
  taskCpu: z.coerce.number(),
  taskMemoryMegabytes: z.coerce.number(),
  imageUri: z.string(),
  availabilityZones: z.coerce.number(),
  egress: z.enum(["nat", "endpoints"]),
  natPerZone: z.union([z.boolean(), z.stringbool()]),
  exec: z.union([z.boolean(), z.stringbool()]),
  encryption: z.enum(["aws-owned", "customer-key"]),
  tracing: z.union([z.boolean(), z.stringbool()]),
  protectData: z.union([z.boolean(), z.stringbool()]),
});

export type StackConfig = z.infer<typeof schema>;

export interface Stack {
  config: StackConfig;
  region: string | undefined;
}

const project = "sluice";

const projectFile = z.object({ config: z.record(z.string(), z.object({ default: z.unknown() })) });
const stackFile = z.object({ config: z.record(z.string(), z.unknown()).default({}) }).nullish();

/**
 * A stack's configuration: the defaults of Pulumi.yaml under what its own file says.
 * @throws AppError `configuration` naming the keys that are not as expected
 */
export function readStackConfig(projectYaml: string, stackYaml: string): Stack {
  const defaults = Object.entries(projectFile.parse(parse(projectYaml)).config).map(([key, { default: value }]) => [
    key,
    value,
  ]);
  const own = stackFile.parse(parse(stackYaml))?.config ?? {};
  const set = Object.entries(own)
    .filter(([key]) => key.startsWith(`${project}:`))
    .map(([key, value]) => [key.slice(project.length + 1), value]);
  const parsed = schema.safeParse({ ...Object.fromEntries(defaults), ...Object.fromEntries(set) });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `  - ${project}:${path.join(".")}: ${message}`);
    throw new AppError("configuration", `The stack's configuration is not as expected:\n${problems.join("\n")}`);
  }
  const region = own["aws:region"];
  return { config: parsed.data, region: typeof region === "string" ? region : undefined };
}

/** Pulumi keeps a stack's configuration under the last part of its name. */
export const stackFileName = (stack: string): string => `Pulumi.${stack.split("/").at(-1)}.yaml`;
