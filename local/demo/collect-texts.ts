import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

export interface CollectedText {
  /** Relative to the root, with "/" as the separator. */
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the README and license texts of all packages installed under `root`, ordered by path. Links are not followed.
 */
export async function collectTexts(root: string): Promise<CollectedText[]> {
  const texts: CollectedText[] = [];
  for await (const file of walk(join(root, "node_modules"))) {
    texts.push({ path: relative(root, file).replaceAll(sep, "/"), bytes: await readFile(file) });
  }
  return texts.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Matches README.md, readme.ja.md, LICENSE, LICENSE-MIT.txt, NOTICE and similar names, but not license.js. */
const textName = /^(readme|licen[sc]e|notice|copying)([-_.].*)?$/i;
const textEnding = /(^[^.]*|\.(md|markdown|txt|rst))$/i;

async function* walk(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (isPackageFolder(entry)) yield* walk(path);
    else if (entry.isFile() && textName.test(entry.name) && textEnding.test(entry.name)) yield path;
  }
}

/** Folders whose names begin with a dot belong to tools, such as .bin and .cache. */
function isPackageFolder(entry: Dirent): boolean {
  return entry.isDirectory() && !entry.name.startsWith(".");
}
