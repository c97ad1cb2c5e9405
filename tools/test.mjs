// `npm test`: runs checks and tests at the same time, because journeys mostly wait. Plain JavaScript like install.mjs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { installDependencies } from "./install.mjs";

installDependencies();
const checked = run("check", ["ignore", "pipe", "pipe"]);
const tested = run("test:run", "inherit");

// The output of the checks is printed at the end, because the tests write meanwhile.
const output = [];
for (const stream of [checked.stdout, checked.stderr]) stream.on("data", (chunk) => output.push(chunk));
const [[checkCode], [testCode]] = await Promise.all([once(checked, "close"), once(tested, "close")]);
process.stdout.write(Buffer.concat(output));
if (checkCode !== 0) console.error("npm run check failed; its messages are above.");
process.exitCode = checkCode === 0 && testCode === 0 ? 0 : 1;

function run(script, stdio) {
  return spawn("npm", ["run", "--silent", script], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdio,
    shell: process.platform === "win32",
  });
}
