import { randomUUID } from "node:crypto";
import { globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A function's code as one file, index.mjs, bundled from its entry file. */
export function functionCode(entry: string): pulumi.asset.AssetArchive {
  return new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(bundleOf(entry)) });
}

/** Bundles the entry files next to their Dockerfile; returns the folder, ready to be an image's build context. */
export async function imageContext(name: string, entries: string[], dockerfile: string): Promise<string> {
  const directory = join(root, "dist", name);
  mkdirSync(directory, { recursive: true });
  const bundleNames = entries.map((entry) => `${basename(entry, ".ts")}.mjs`);
  // The image takes all that lies here: nothing of an earlier build may.
  for (const file of readdirSync(directory)) {
    if (![...bundleNames, basename(dockerfile)].includes(file))
      rmSync(join(directory, file), { recursive: true, force: true });
  }
  for (const entry of entries) {
    replaceFile(join(directory, `${basename(entry, ".ts")}.mjs`), await bundleOf(entry));
  }
  replaceFile(join(directory, basename(dockerfile)), readFileSync(join(root, dockerfile), "utf8"));
  return directory;
}

/** In one step: another run of the program may be reading the file. */
function replaceFile(path: string, text: string): void {
  const next = join(root, "dist", `${basename(path)}.${randomUUID()}`);
  writeFileSync(next, text);
  renameSync(next, path);
}

async function bundleOf(entry: string): Promise<string> {
  bundles ??= bundleAll();
  const text = (await bundles).get(entry);
  if (text === undefined)
    throw new pulumi.RunError(`expected an entry file under services or autoscaler; came ${entry}`);
  return text;
}

let bundles: Promise<Map<string, string>> | undefined;

/**
 * All in one build, which reads what they share once. The same bytes for the same sources: no absolute paths, no times,
 * so that an unchanged function is not deployed again.
 */
async function bundleAll(): Promise<Map<string, string>> {
  const entries = globSync(["services/**/{handler,main,runner}.ts", "autoscaler/**/handler.ts"], { cwd: root });
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outbase: root,
    outdir: root,
    write: false,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    legalComments: "none",
    minify: true,
    // Errors are told apart by their names.
    keepNames: true,
    // CommonJS packages inside an ES module still call require for Node's own modules.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "silent",
  });
  return new Map(
    entries.map((entry) => {
      const file = outputFiles.find(({ path }) => path === join(root, entry.replace(/\.ts$/, ".js")));
      if (!file) throw new pulumi.RunError(`esbuild made nothing of ${entry}`);
      return [entry.replaceAll("\\", "/"), file.text];
    }),
  );
}
