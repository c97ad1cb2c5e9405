import { delimiter, dirname } from "node:path";
import type { Finding } from "../verdict.ts";
import { outputOf, type RunCommand } from "./run-command.ts";

export async function askNodeVersion(run: RunCommand): Promise<Finding<string>> {
  const output = outputOf("node", await run("node", ["--version"]));
  return "value" in output ? { value: output.value.replace(/^v/, "") } : output;
}

/** The environment in which `node` is the one that runs this: Pulumi starts the program with the first it finds. */
export function withThisNode(environment: NodeJS.ProcessEnv, execPath: string): NodeJS.ProcessEnv {
  return { ...environment, PATH: [dirname(execPath), environment.PATH ?? ""].join(delimiter) };
}

/** The environment without the folders that npm puts before the machine's own commands. */
export function withoutNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = (environment.PATH ?? "").split(delimiter).filter((folder) => !/node_modules/.test(folder));
  return { ...environment, PATH: own.join(delimiter) };
}
