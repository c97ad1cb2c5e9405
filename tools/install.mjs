// Plain JavaScript, because it runs on whatever Node >= 20 the machine has, before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "node_modules", ".installed-from");

/** Installs exactly what the lock file names, once per lock file; afterwards it does nothing and needs no network. */
export function installDependencies() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;

  console.log("Installing the dependencies that package-lock.json names (once; about a minute).");
  const npm = spawnSync("npm", ["ci", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.error) throw new Error(`npm could not be started: ${npm.error.message}`, { cause: npm.error });
  if (npm.status !== 0) {
    console.error(`npm ci failed with exit code ${npm.status}; its messages are above.`);
    process.exit(npm.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

/** The Node 24 of the dev dependency where there is one for this platform, else the Node that runs this. */
export function node24() {
  const name = process.platform === "win32" ? "node.cmd" : "node";
  const installed = join(root, "node_modules", ".bin", name);
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  throw new Error(
    `Sluice runs on Node 24. The npm package that carries it was not installed for ${process.platform}-${process.arch}, ` +
      `and this is Node ${process.versions.node}: install Node 24 or newer and try again.`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installDependencies();
