import { parse } from "yaml";
import * as z from "zod";
import { checkConfig } from "../contract/check-config.ts";
import type { Config } from "../contract/config.ts";
import { hasController } from "../contract/environment.ts";
import { AppError } from "../runtime/errors.ts";

export interface Stack {
  config: Config;
  region: string | undefined;
}

const project = "sluice";

const projectFile = z.object({ config: z.record(z.string(), z.object({ default: z.unknown() })) });
const stackFile = z.object({ config: z.record(z.string(), z.unknown()).default({}) }).nullish();

/**
 * Reads a stack's configuration: the values of its own file, then the defaults of Pulumi.yaml, validated as the program does.
 * @throws AppError `configuration`, which lists every problem
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
    throw new AppError("configuration", `The stack's configuration is invalid:\n${problems}`);
  }
  const region = own["aws:region"];
  return { config: result.config, region: typeof region === "string" ? region : undefined };
}

/**
 * Without a controller nothing resets the minimums that one has raised before the mode was changed. Pulumi does, but only if it
 * reads them first.
 */
export function refreshArgs(command: string, config: Config): string[] {
  return ["preview", "up"].includes(command) && !hasController(config) ? ["--refresh"] : [];
}

/** Pulumi passes strings to the program as they are, and other values as JSON. */
function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Pulumi names the configuration file by the last part of the stack's name. */
export const stackFileName = (stack: string): string => `Pulumi.${stack.split("/").at(-1)}.yaml`;
