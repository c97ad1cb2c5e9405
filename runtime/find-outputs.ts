import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** The outputs of the Pulumi stack that is selected here; undefined without CLI, login, stack or outputs. */
export async function readPulumiOutputs(cwd: string): Promise<Record<string, unknown> | undefined> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["stack", "output", "--json", "--non-interactive"], {
      cwd,
      timeout: 20_000,
    });
    const outputs = JSON.parse(stdout) as Record<string, unknown>;
    return Object.keys(outputs).length > 0 ? outputs : undefined;
  } catch {
    // Whatever is missing, it means that the next place is to be asked.
    return undefined;
  }
}

/** The outputs of the stack that runs on this machine with its files in `folder`; undefined when none does. */
export function readLaptopOutputs(folder: string): Record<string, string> | undefined {
  const file = join(folder, "outputs.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : undefined;
}
