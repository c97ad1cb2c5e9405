import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

export interface CollectedText {
  /** From the root, with "/" between folders. */
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The README and licence texts of all packages installed under `root`, in the order of their paths; follows no links. */
export async function collectTexts(root: string): Promise<CollectedText[]> {
  const texts: CollectedText[] = [];
  for await (const file of walk(join(root, "node_modules"))) {
    texts.push({ path: relative(root, file).replaceAll(sep, "/"), bytes: await readFile(file) });
  }
  return texts.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** README.md, readme.ja.md, LICENSE, LICENSE-MIT.txt, NOTICE and their like; not license.js. */
const textName = /^(readme|licen[sc]e|notice|copying)([-_.].*)?$/i;
const textEnding = /(^[^.]*|\.(md|markdown|txt|rst))$/i;

async function* walk(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (isPackageFolder(entry)) yield* walk(path);
    else if (entry.isFile() && textName.test(entry.name) && textEnding.test(entry.name)) yield path;
  }
}

/** Folders with a dot are the tools' own, such as .bin and .cache. */
function isPackageFolder(entry: Dirent): boolean {
  return entry.isDirectory() && !entry.name.startsWith(".");
}
