import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Reads the outputs of the selected Pulumi stack; undefined without CLI, login, stack or outputs. */
export async function readPulumiOutputs(cwd: string): Promise<Record<string, unknown> | undefined> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["stack", "output", "--json", "--non-interactive"], {
      cwd,
      timeout: 20_000,
    });
    const outputs = JSON.parse(stdout) as Record<string, unknown>;
    return Object.keys(outputs).length > 0 ? outputs : undefined;
  } catch {
    // Any failure means the same to the caller: there is no such stack, try the next source.
    return undefined;
  }
}

/** Reads the outputs of the laptop stack with its files in `folder`; undefined when it does not run. */
export function readLaptopOutputs(folder: string): Record<string, string> | undefined {
  const file = join(folder, "outputs.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : undefined;
}
