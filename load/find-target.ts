import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { AppError } from "../runtime/errors.ts";

/** The stack that is to be loaded. */
export interface Target {
  url: string;
  /** Where the fleet's course stands, if it is a stack of this machine. */
  fleetFile: string | undefined;
  /** Those of a stack of this machine that wants signatures. AWS's are found where AWS's tools find theirs. */
  keys: StackKeys | undefined;
}

const keysSchema = z.object({ region: z.string(), accessKeyId: z.string(), secretAccessKey: z.string() });

export type StackKeys = z.infer<typeof keysSchema>;

/**
 * The API to load: the one named, else that of the Pulumi stack, else the one that runs on this machine.
 * @throws AppError `no-target`
 */
export async function findTarget(options: {
  root: string;
  url: string | undefined;
  /** Names a stack of this machine; without one it is the last place to look. */
  folder: string | undefined;
}): Promise<Target> {
  const folder = resolve(options.root, options.folder ?? ".sluice");
  const outputs = join(folder, "outputs.json");
  const local = existsSync(outputs)
    ? (JSON.parse(readFileSync(outputs, "utf8")) as { apiUrl?: string }).apiUrl
    : undefined;
  const url = options.url ?? (options.folder === undefined ? await readStackOutput(options.root) : undefined) ?? local;
  if (url === undefined) {
    throw new AppError(
      "no-target",
      `Expected --url, a Pulumi stack with an apiUrl, or a stack on this machine (${outputs}); there is none. npm start brings one up.`,
    );
  }
  if (!sameApi(url, local)) return { url, fleetFile: undefined, keys: undefined };
  return { url, fleetFile: join(folder, "fleet.jsonl"), keys: readKeys(join(folder, "credentials.json")) };
}

/** There are none where the stack asks nobody who they are. */
function readKeys(file: string): StackKeys | undefined {
  return existsSync(file) ? keysSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
}

function sameApi(url: string, local: string | undefined): boolean {
  return local !== undefined && url.replace(/\/+$/, "") === local.replace(/\/+$/, "");
}

/** Neither a CLI nor a stack need be there. */
async function readStackOutput(cwd: string): Promise<string | undefined> {
  try {
    const run = promisify(execFile);
    const { stdout } = await run("pulumi", ["stack", "output", "apiUrl", "--non-interactive"], {
      cwd,
      timeout: 20_000,
    });
    return stdout.trim() || undefined;
  } catch {
    // No CLI, no login, no stack or no output: all of them mean that the next place is to be asked.
    return undefined;
  }
}
