import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bundles a function's entry file into one file, index.mjs. */
export function functionCode(entry: string): pulumi.asset.AssetArchive {
  return new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(bundleOf(entry)) });
}

/** Bundles the entry files and copies the Dockerfile next to them. Returns the folder, which is the image's build context. */
export async function imageContext(name: string, entries: string[], dockerfile: string): Promise<string> {
  const directory = join(root, "dist", name);
  mkdirSync(directory, { recursive: true });
  const bundleNames = entries.map((entry) => `${basename(entry, ".ts")}.mjs`);
  // The image contains every file of this folder: remove files of earlier builds.
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
  bundles ??= reuseOrBuild();
  const text = (await bundles)[entry];
  if (text === undefined)
    throw new pulumi.RunError(`expected an entry file under services or autoscaler; came ${entry}`);
  return text;
}

/** Bundle texts by entry file. */
type Bundles = Record<string, string>;

let bundles: Promise<Bundles> | undefined;

/** A build takes a second. The bundles of the last one are reused while the sources and packages are the same. */
async function reuseOrBuild(): Promise<Bundles> {
  const file = join(root, "dist", "bundles.json");
  const sources = hashSources();
  if (existsSync(file)) {
    const last = JSON.parse(readFileSync(file, "utf8")) as { sources: string; texts: Bundles };
    if (last.sources === sources) return last.texts;
  }
  const texts = await bundleAll();
  mkdirSync(join(root, "dist"), { recursive: true });
  replaceFile(file, JSON.stringify({ sources, texts }));
  return texts;
}

/** Hash of everything that a bundle can contain, and of how it is built. */
function hashSources(): string {
  const files = ["services", "autoscaler", "contract", "runtime"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, String(path))),
  );
  const hash = createHash("sha256");
  for (const file of [...files.filter((path) => path.endsWith(".ts")).sort(), "package-lock.json", "infra/bundle.ts"]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

/**
 * Bundles all entry files in one build, which reads shared sources once. The output contains no absolute paths or times:
 * unchanged sources give the same bytes, and an unchanged function is not deployed again.
 */
async function bundleAll(): Promise<Bundles> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["handler", "main", "runner"]
      .map((entry) => `services/**/${entry}.ts`)
      .concat("autoscaler/**/handler.ts"),
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
    // Error handling compares class names.
    keepNames: true,
    // Bundled CommonJS packages call require for Node's built-in modules.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "silent",
  });
  return Object.fromEntries(
    outputFiles.map(({ path, text }) => [relative(root, path).replaceAll("\\", "/").replace(/\.js$/, ".ts"), text]),
  );
}
