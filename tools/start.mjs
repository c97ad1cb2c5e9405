// Runs a TypeScript entry file on Node 24, whatever Node started this: node tools/start.mjs local/main.ts --once
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { installDependencies, node24 } from "./install.mjs";

const parentPid = process.ppid;
const parentCheckMilliseconds = 500;

installDependencies();
const child = spawn(node24(), process.argv.slice(2), {
  cwd: fileURLToPath(new URL("..", import.meta.url)),
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});

// The terminal sends Ctrl-C to the child as well; this process only waits for its end.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
process.on("SIGHUP", () => child.kill("SIGTERM"));

// A parent that was killed outright sends no signal. The child sees this process go by its closed channel.
setInterval(() => {
  if (process.ppid !== parentPid) child.disconnect();
}, parentCheckMilliseconds).unref();

child.on("exit", (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
  if (signal) console.error(`${process.argv[2]} was ended by ${signal}.`);
  process.exit();
});
child.on("error", (error) => {
  console.error(`Node 24 could not be started: ${error.message}`);
  process.exit(1);
});
