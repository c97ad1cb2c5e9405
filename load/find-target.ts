import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod";
import { AppError } from "../runtime/errors.ts";
import { readLaptopOutputs, readPulumiOutputs } from "../runtime/find-outputs.ts";

/** The stack to load. */
export interface Target {
  url: string;
  /** File with the fleet's history; only a stack on this machine has one. */
  fleetFile: string | undefined;
  /** Keys of a stack on this machine that requires signatures. For AWS, the SDK finds the credentials. */
  keys: StackKeys | undefined;
}

const keysSchema = z.object({ region: z.string(), accessKeyId: z.string(), secretAccessKey: z.string() });

export type StackKeys = z.infer<typeof keysSchema>;

/**
 * Finds the API to load: `url`, else that of the selected Pulumi stack, else that of the stack on this machine.
 * @throws AppError `no-target`
 */
export async function findTarget(options: {
  root: string;
  url: string | undefined;
  /** Folder of a stack on this machine. With it, Pulumi is not asked. */
  folder: string | undefined;
}): Promise<Target> {
  const folder = resolve(options.root, options.folder ?? ".sluice");
  const local = readLaptopOutputs(folder)?.apiUrl;
  const url = options.url ?? (options.folder === undefined ? await readPulumiUrl(options.root) : undefined) ?? local;
  if (url === undefined) {
    throw new AppError(
      "no-target",
      `Expected --url, a Pulumi stack with an apiUrl, or a stack on this machine (${join(folder, "outputs.json")}); there is none. npm start starts a stack.`,
    );
  }
  if (!sameApi(url, local)) return { url, fleetFile: undefined, keys: undefined };
  return { url, fleetFile: join(folder, "fleet.jsonl"), keys: readKeys(join(folder, "credentials.json")) };
}

/** A stack with `auth: none` writes no keys. */
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
