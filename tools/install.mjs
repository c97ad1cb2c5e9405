// Plain JavaScript, because it runs on any Node >= 20, before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "node_modules", ".installed-from");

/** Installs the packages of the lock file, once per lock file. Afterwards it does nothing and needs no network. */
export function installDependencies() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;

  console.log("Installing the packages of package-lock.json (once; about a minute).");
  const npm = spawnSync("npm", ["ci", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.error) throw new Error(`Cannot start npm: ${npm.error.message}`, { cause: npm.error });
  if (npm.status !== 0) {
    console.error(`npm ci failed with exit code ${npm.status}; its messages are above.`);
    process.exit(npm.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

/** Returns the Node 24 of the dev dependency if this platform has one, else the running Node. */
export function node24() {
  const name = process.platform === "win32" ? "node.cmd" : "node";
  const installed = join(root, "node_modules", ".bin", name);
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  throw new Error(
    `Sluice needs Node 24. Its npm package was not installed for ${process.platform}-${process.arch}, ` +
      `and this is Node ${process.versions.node}: install Node 24 or newer and try again.`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installDependencies();
