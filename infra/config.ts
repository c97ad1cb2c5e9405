import * as pulumi from "@pulumi/pulumi";
import { checkConfig } from "../contract/check-config.ts";
import { type Config, configKeys } from "../contract/config.ts";

export type { Config } from "../contract/config.ts";

/**
 * Reads the stack's configuration and checks all of it before any resource exists.
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

/** Keys in the project's namespace that the schema does not know, such as misspelled ones. */
function undeclaredKeys(): Record<string, string> {
  const prefix = `${pulumi.getProject()}:`;
  const all = Object.entries(pulumi.runtime.allConfig()).map(([key, text]) => [key.replace(prefix, ""), text] as const);
  return Object.fromEntries(all.filter(([key]) => !key.includes(":") && !(configKeys as string[]).includes(key)));
}
