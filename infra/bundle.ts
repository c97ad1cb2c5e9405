import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";
import { noticesFile, packagesOf, thirdPartyNotices } from "./third-party-notices.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bundles a function's entry file into one file, index.mjs, with the licenses of the packages in it. */
export function functionCode(entry: string): pulumi.asset.AssetArchive {
  const bundle = bundleOf(entry);
  return new pulumi.asset.AssetArchive({
    "index.mjs": new pulumi.asset.StringAsset(bundle.then(({ text }) => text)),
    [noticesFile]: new pulumi.asset.StringAsset(bundle.then(({ packages }) => thirdPartyNotices(root, packages))),
  });
}

/**
 * Bundles the entry files, and puts licenses and Dockerfile next to them. Returns the folder, which is the image's build
 * context.
 */
export async function imageContext(name: string, entries: string[], dockerfile: string): Promise<string> {
  const directory = join(root, "dist", name);
  mkdirSync(directory, { recursive: true });
  const bundleNames = entries.map((entry) => `${basename(entry, ".ts")}.mjs`);
  // The image contains every file of this folder: remove files of earlier builds.
  for (const file of readdirSync(directory)) {
    if (![...bundleNames, noticesFile, basename(dockerfile)].includes(file))
      rmSync(join(directory, file), { recursive: true, force: true });
  }
  const bundles = await Promise.all(entries.map(bundleOf));
  for (const [index, { text }] of bundles.entries()) {
    replaceFile(join(directory, bundleNames[index] ?? ""), text);
  }
  const packages = bundles.flatMap((bundle) => bundle.packages);
  replaceFile(join(directory, noticesFile), thirdPartyNotices(root, packages));
  replaceFile(join(directory, basename(dockerfile)), readFileSync(join(root, dockerfile), "utf8"));
  return directory;
}

/** In one step: another run of the program may be reading the file. */
function replaceFile(path: string, text: string): void {
  const next = join(root, "dist", `${basename(path)}.${randomUUID()}`);
  writeFileSync(next, text);
  renameSync(next, path);
}

async function bundleOf(entry: string): Promise<Bundle> {
  bundles ??= reuseOrBuild();
  const bundle = (await bundles)[entry];
  if (bundle === undefined)
    throw new pulumi.RunError(`expected an entry file under services or autoscaler; came ${entry}`);
  return bundle;
}

interface Bundle {
  text: string;
  /** Folders of the packages whose code it contains. */
  packages: string[];
}

/** By entry file. */
type Bundles = Record<string, Bundle>;

let bundles: Promise<Bundles> | undefined;

/** A build takes a second. The bundles of the last one are reused while the sources and packages are the same. */
async function reuseOrBuild(): Promise<Bundles> {
  const file = join(root, "dist", "bundles.json");
  const sources = hashSources();
  if (existsSync(file)) {
    const last = JSON.parse(readFileSync(file, "utf8")) as { sources: string; built: Bundles };
    if (last.sources === sources) return last.built;
  }
  const built = await bundleAll();
  mkdirSync(join(root, "dist"), { recursive: true });
  replaceFile(file, JSON.stringify({ sources, built }));
  return built;
}

/** Hash of everything that a bundle can contain, and of how it is built. */
function hashSources(): string {
  const files = ["services", "autoscaler", "contract", "runtime"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, String(path))),
  );
  const hash = createHash("sha256");
  const sources = files.filter((path) => path.endsWith(".ts")).sort();
  for (const file of [...sources, "package-lock.json", "infra/bundle.ts", "infra/third-party-notices.ts"]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

/**
 * Bundles all entry files in one build, which reads shared sources once. The output contains no absolute paths or times:
 * unchanged sources give the same bytes, and an unchanged function is not deployed again.
 */
async function bundleAll(): Promise<Bundles> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["handler", "main", "runner"]
      .map((entry) => `services/**/${entry}.ts`)
      .concat("autoscaler/**/handler.ts"),
    outbase: root,
    outdir: root,
    write: false,
    metafile: true,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    // third-party-notices.ts collects the packages' license files instead.
    legalComments: "none",
    minify: true,
    // Error handling compares class names.
    keepNames: true,
    // Bundled CommonJS packages call require for Node's built-in modules.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "silent",
  });
  const bundles = outputFiles.map(({ path, text }): [string, Bundle] => {
    const name = relative(root, path).replaceAll("\\", "/");
    const inputs = Object.entries(metafile.outputs[name]?.inputs ?? {});
    const included = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([input]) => input);
    return [name.replace(/\.js$/, ".ts"), { text, packages: packagesOf(included) }];
  });
  return Object.fromEntries(bundles);
}
