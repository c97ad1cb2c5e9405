import { copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { type BuildOptions, build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The same bytes for the same sources: no absolute paths, no times, so that an unchanged function is not deployed again. */
const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  mainFields: ["module", "main"],
  legalComments: "none",
  minifySyntax: true,
  outExtension: { ".js": ".mjs" },
  // CommonJS packages inside an ES module still call require for Node's own modules.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  logLevel: "silent",
};

/** A function's code as one file, index.mjs, bundled from its entry file. */
export function functionCode(entry: string): pulumi.asset.AssetArchive {
  const text = build({ ...common, entryPoints: [entry], write: false }).then((result) => {
    const [file] = result.outputFiles ?? [];
    if (!file) throw new pulumi.RunError(`esbuild made nothing of ${entry}`);
    return file.text;
  });
  return new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(text) });
}

/** Bundles the entry files next to their Dockerfile; returns the folder, ready to be an image's build context. */
export async function imageContext(name: string, entries: string[], dockerfile: string): Promise<string> {
  const directory = join(root, "dist", name);
  mkdirSync(directory, { recursive: true });
  await build({ ...common, entryPoints: entries, outdir: directory });
  copyFileSync(join(root, dockerfile), join(directory, basename(dockerfile)));
  return directory;
}
