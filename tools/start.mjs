// Runs a TypeScript entry file on Node 24, itself started by any Node: node tools/start.mjs [NODE OPTIONS] local/main.ts --once
import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { installDependencies, node24 } from "./install.mjs";

const parentPid = process.ppid;
const npmPid = findNpm(parentPid);
const checkMilliseconds = 500;

installDependencies();
const child = spawn(node24(), process.argv.slice(2), {
  cwd: fileURLToPath(new URL("..", import.meta.url)),
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});

// The terminal sends Ctrl-C to the child too; this process only waits for its end.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
process.on("SIGHUP", () => child.kill("SIGTERM"));

// A killed parent sends no signal. Then close the channel to the child, as the end of this process does.
setInterval(() => {
  const isOrphan = process.ppid !== parentPid || (npmPid !== undefined && !isAlive(npmPid));
  if (isOrphan && child.connected) child.disconnect();
}, checkMilliseconds).unref();

child.on("exit", (code, signal) => {
  if (signal)
    console.error(`${process.argv.find((argument) => argument.endsWith(".ts"))} was terminated by ${signal}.`);
  process.exit(signal ? 1 : (code ?? 1));
});
child.on("error", (error) => {
  console.error(`Cannot start Node 24: ${error.message}`);
  process.exit(1);
});

/** npm runs scripts through a shell, which outlives a killed npm. So watch the parent of the shell. */
function findNpm(pid) {
  if (!process.env.npm_lifecycle_event || process.platform === "win32") return undefined;
  try {
    const [parent, name] = execFileSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .split(/\s+/);
    return /sh$/.test(name ?? "") ? Number(parent) : undefined;
  } catch {
    // Without ps, only the direct parent is watched.
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
