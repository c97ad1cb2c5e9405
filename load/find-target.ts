import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { AppError } from "../runtime/errors.ts";
import { readLaptopOutputs, readPulumiOutputs } from "../runtime/find-outputs.ts";

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
  const local = readLaptopOutputs(folder)?.apiUrl;
  const url = options.url ?? (options.folder === undefined ? await readPulumiUrl(options.root) : undefined) ?? local;
  if (url === undefined) {
    throw new AppError(
      "no-target",
      `Expected --url, a Pulumi stack with an apiUrl, or a stack on this machine (${join(folder, "outputs.json")}); there is none. npm start brings one up.`,
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

async function readPulumiUrl(root: string): Promise<string | undefined> {
  const url = (await readPulumiOutputs(root))?.apiUrl;
  return typeof url === "string" ? url : undefined;
}
