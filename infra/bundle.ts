import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { noticesFile, packagesOf, thirdPartyNotices } from "./third-party-notices.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Bundles a function's entry file as index.mjs, with the licenses of the packages in it. Modules that the code imports
 * when it needs them are files of their own.
 */
export function functionCode(entry: string): pulumi.asset.AssetArchive {
  const assets = bundleOf(entry).then(({ files, packages }) => {
    const texts = { ...files, [noticesFile]: thirdPartyNotices(root, packages) };
    return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new pulumi.asset.StringAsset(text)]));
  });
  return new pulumi.asset.AssetArchive(assets);
}

/**
 * Bundles the entry files, and puts licenses and Dockerfile next to them. Returns the folder, which is the image's build
 * context.
 */
export async function imageContext(name: string, entries: string[], dockerfile: string): Promise<string> {
  const directory = join(root, "dist", name);
  mkdirSync(directory, { recursive: true });
  const bundleNames = entries.map((entry) => `${basename(entry, ".ts")}.mjs`);
  const bundles = await Promise.all(entries.map(bundleOf));
  const files = bundles.flatMap(({ files }, index) =>
    Object.entries(files).map(([name, text]) => [name === mainFile ? (bundleNames[index] ?? "") : name, text] as const),
  );
  // The image contains every file of this folder: remove files of earlier builds.
  const names = [...files.map(([name]) => name), noticesFile, basename(dockerfile)];
  for (const file of readdirSync(directory)) {
    if (!names.includes(file)) rmSync(join(directory, file), { recursive: true, force: true });
  }
  for (const [name, text] of files) replaceFile(join(directory, name), text);
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

/** The bundle of an entry file of a function or of the worker. */
export async function bundleOf(entry: string): Promise<Bundle> {
  bundles ??= reuseOrBuild();
  const bundle = (await bundles)[entry];
  if (bundle === undefined)
    throw new pulumi.RunError(`expected an entry file under services or autoscaler; came ${entry}`);
  return bundle;
}

export interface Bundle {
  /** Texts by name. `index.mjs` is loaded first. */
  files: Record<string, string>;
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
  const hash = createHash("sha256");
  for (const file of [...listSources(), "package-lock.json", "infra/bundle.ts", "infra/third-party-notices.ts"]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

function listSources(): string[] {
  const files = ["services", "autoscaler", "contract", "runtime"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`.replaceAll("\\", "/")),
  );
  return files.filter((path) => path.endsWith(".ts")).sort();
}

/**
 * Bundles entry files together, because a build reads shared sources once. The output contains no absolute paths or times:
 * unchanged sources give the same bytes, and are not deployed again.
 */
async function bundleAll(): Promise<Bundles> {
  const sources = listSources();
  const functions = sources.filter((path) => path.endsWith("/handler.ts"));
  const programs = sources.filter((path) => /^services\/.*\/(main|runner)\.ts$/.test(path));
  const isLean = (path: string) => lean.includes(path);
  const built = await Promise.all([
    bundle(
      functions.filter((path) => !isLean(path) && !loadOnDemand.includes(path)),
      { plugins: [smallerModules] },
    ),
    bundle(loadOnDemand, { splitting: true, plugins: [smallerModules] }),
    bundle(functions.filter(isLean), { splitting: true, plugins: [smallerModules, leanClients] }),
    bundle(
      programs.filter((path) => !isLean(path)),
      {},
    ),
    bundle(programs.filter(isLean), { splitting: true, plugins: [leanClients] }),
  ]);
  return Object.assign({}, ...built);
}

/** Functions whose `import()` is in files of its own. */
const loadOnDemand = ["services/sweeper/handler.ts", "autoscaler/scheduled/handler.ts"];

/**
 * Entry files whose clients of DynamoDB and SQS are those of runtime/json-client. What `import()` loads, and what they share, is in
 * files of its own.
 */
const lean = [
  ...["submit", "status", "cancel", "upload"].map((name) => `services/api/${name}/handler.ts`),
  "services/worker/main.ts",
  "autoscaler/scheduled/handler.ts",
];

const mainFile = "index.mjs";

async function bundle(entries: string[], options: BuildOptions): Promise<Bundles> {
  const { outputFiles = [], metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries.map((entry) => [flatName(entry), entry])),
    outdir: root,
    outExtension: { ".js": ".mjs" },
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
    // Error handling and logs use class names.
    keepNames: true,
    // Bundled CommonJS packages call require for Node's built-in modules.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "silent",
    ...options,
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const outputs = metafile?.outputs ?? {};
  return Object.fromEntries(
    entries.map((entry): [string, Bundle] => {
      const main = `${flatName(entry)}.mjs`;
      const names = [...reachableFrom(main, outputs)];
      const inputs = names.flatMap((name) => Object.entries(outputs[name]?.inputs ?? {}));
      const included = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([input]) => input);
      const files = names.map((name) => [name === main ? mainFile : name, texts.get(name) ?? ""]);
      return [entry, { files: Object.fromEntries(files), packages: packagesOf(included) }];
    }),
  );
}

/** `services/api/submit/handler.ts` as `services-api-submit-handler`, so that all outputs are in one folder. */
function flatName(entry: string): string {
  return entry.replace(/\.ts$/, "").replaceAll("/", "-");
}

/** An output and those that it imports, directly or not. */
function reachableFrom(output: string, outputs: Metafile["outputs"]): Set<string> {
  const reached = new Set([output]);
  for (const name of reached) {
    for (const { path, external } of outputs[name]?.imports ?? []) if (!external) reached.add(path);
  }
  return reached;
}

/** Replaces modules that no function uses, but that its bundle would load. */
const smallerModules: Plugin = {
  name: "smaller-modules",
  setup({ onLoad }) {
    // Lambda passes credentials in the environment. The default chain also contains the clients of SSO, STS and others.
    onLoad({ filter: /credential-provider-node[\\/]dist-es[\\/]index\.js$/ }, () => ({
      contents: `export const defaultProvider = () => async () => {
        const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
        if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY)
          return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN };
        throw new Error("Expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment; one is not set.");
      };`,
    }));
    // For endpoint discovery, which is off.
    onLoad({ filter: /endpoint-cache[\\/]dist-es[\\/]index\.js$/ }, () => ({
      contents: "export class EndpointCache {}",
    }));
    // For pino's transports in worker threads.
    onLoad({ filter: /node_modules[\\/]thread-stream[\\/]index\.js$/ }, () => ({
      contents: "module.exports = class {};",
    }));
    // A client uses the version only.
    onLoad({ filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

/** The commands that runtime/json-client takes, and the error that its callers look for. */
const leanNames = {
  commands: [
    ...["Get", "Put", "Update", "Delete", "Query", "BatchGet"],
    ...[
      "ReceiveMessage",
      "DeleteMessage",
      "DeleteMessageBatch",
      "ChangeMessageVisibility",
      "SendMessage",
      "SendMessageBatch",
      "GetQueueAttributes",
    ],
  ],
  errors: ["ConditionalCheckFailedException"],
};

/**
 * Replaces the SDK's modules of DynamoDB and SQS, which take half of a function's load time, by commands that only hold their input. A
 * bundle that needs anything else of them cannot be built.
 */
const leanClients: Plugin = {
  name: "lean-clients",
  setup({ onResolve, onLoad }) {
    const namespace = "lean-clients";
    onResolve({ filter: /^@aws-sdk\/(client-dynamodb|lib-dynamodb|client-sqs)$/ }, ({ path }) => ({ path, namespace }));
    onLoad({ filter: /./, namespace }, () => ({
      contents: [
        ...leanNames.commands.map(
          (name) => `export class ${name}Command { constructor(input) { this.input = input; } }`,
        ),
        ...leanNames.errors.map((name) => `export class ${name} extends Error { name = "${name}"; }`),
      ].join("\n"),
    }));
  },
};
