import { parse } from "yaml";
import { z } from "zod";
import { checkConfig } from "../contract/check-config.ts";
import type { Config } from "../contract/config.ts";
import { AppError } from "../runtime/errors.ts";

export interface Stack {
  config: Config;
  region: string | undefined;
}

const project = "sluice";

const projectFile = z.object({ config: z.record(z.string(), z.object({ default: z.unknown() })) });
const stackFile = z.object({ config: z.record(z.string(), z.unknown()).default({}) }).nullish();

/**
 * A stack's configuration: the defaults of Pulumi.yaml under what its own file says, checked as the program will check it.
 * @throws AppError `configuration` with everything that is wrong with it
 */
export function readStackConfig(projectYaml: string, stackYaml: string): Stack {
  const defaults = Object.entries(projectFile.parse(parse(projectYaml)).config).map(([key, { default: value }]) => [
    key,
    asText(value),
  ]);
  const own = stackFile.parse(parse(stackYaml))?.config ?? {};
  const set = Object.entries(own)
    .filter(([key]) => key.startsWith(`${project}:`))
    .map(([key, value]) => [key.slice(project.length + 1), asText(value)]);
  const result = checkConfig({ ...Object.fromEntries(defaults), ...Object.fromEntries(set) });
  if ("problems" in result) {
    const problems = result.problems.map((problem) => `  - ${problem}`).join("\n");
    throw new AppError("configuration", `The stack's configuration is not usable:\n${problems}`);
  }
  const region = own["aws:region"];
  return { config: result.config, region: typeof region === "string" ? region : undefined };
}

/** As Pulumi hands values to the program: texts as they are, all else as JSON. */
function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Pulumi keeps a stack's configuration under the last part of its name. */
export const stackFileName = (stack: string): string => `Pulumi.${stack.split("/").at(-1)}.yaml`;
