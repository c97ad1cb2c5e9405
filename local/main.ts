import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createLiveLine } from "../report/live-line.ts";
import { systemClock } from "../runtime/clock.ts";
import { asError } from "../runtime/errors.ts";
import { watchJobs } from "./count-jobs.ts";
import { runDemo } from "./demo/run-demo.ts";
import { createOutputLog } from "./output-log.ts";
import { removeOutputs, writeOutputs } from "./outputs.ts";
import { startProcesses } from "./processes/processes.ts";
import { claimRunFolder } from "./processes/run-folder.ts";
import { type Stack, startStack } from "./start-stack.ts";
import { startStatusLine } from "./status-line.ts";

const usage = `Runs Sluice on this machine: what infra/ declares, on an embedded cloud.

  npm start                 brings it up, sends the demo's jobs, stays up until Ctrl-C
  npm start -- --once       the same, then takes it down; exit code 0 if everything came out right
  npm start -- --no-demo    brings it up and sends nothing
  npm start -- --port 8080  serves the API on that port of 127.0.0.1
  npm start -- --speed 10   AWS's own delays (schedules, later alarms and boots) ten times shorter
  npm start -- --set sluice:slots=4   a configuration value for this run, may be repeated
  npm start -- --folder PATH   keeps its files there instead of in .sluice, so that two can run at once
`;

const { values: flags } = parseArgs({
  options: {
    once: { type: "boolean", default: false },
    "no-demo": { type: "boolean", default: false },
    port: { type: "string", default: "0" },
    speed: { type: "string", default: "1" },
    set: { type: "string", multiple: true, default: [] },
    folder: { type: "string", default: ".sluice" },
    help: { type: "boolean", default: false },
  },
});

const root = fileURLToPath(new URL("..", import.meta.url));
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort(signal));
// The launcher is gone without a word: killed, or the terminal with it.
process.on("disconnect", () => stopping.abort("the launcher's end"));
const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener("abort", () => resolve()));

if (flags.help) process.stdout.write(usage);
else process.exitCode = await run().catch(reportFailure);
// The channel to the launcher would keep the process alive.
if (process.connected) process.disconnect();

async function run(): Promise<number> {
  const runFolder = await claimRunFolder(resolve(root, flags.folder));
  const line = createLiveLine(process.stdout);
  const log = createOutputLog(runFolder.path, (text) => line.print(text));
  const processes = await startProcesses({ runFolder, clock: systemClock, onEvent: (event) => log("reaper", event) });
  let stack: Stack | undefined;
  try {
    const began = systemClock.now();
    line.print("Bringing up what infra/ declares ...");
    stack = await startStack({
      clock: systemClock,
      processes,
      directory: runFolder.path,
      apiPort: Number(flags.port),
      speed: Number(flags.speed),
      config: Object.fromEntries(flags.set.map((setting) => splitSetting(setting))),
      onLine: log,
      signal: stopping.signal,
    });
    writeOutputs(runFolder.path, stack.outputs);
    line.print(`Ready after ${((systemClock.now() - began) / 1000).toFixed(1)} s: ${stack.outputs.apiUrl}`);
    return await serve(stack, line);
  } finally {
    line.print("Taking it down ...");
    removeOutputs(runFolder.path);
    await stack?.down();
    await processes.close();
    await runFolder.release();
    line.close();
  }
}

async function serve(stack: Stack, line: ReturnType<typeof createLiveLine>): Promise<number> {
  const stopStatus = startStatusLine({
    cloud: stack.cloud,
    queueUrl: stack.outputs.queueUrl ?? "",
    jobs: watchJobs(stack.cloud),
    line,
    clock: systemClock,
  });
  try {
    const apiUrl = stack.outputs.apiUrl ?? "";
    const outcome = flags["no-demo"]
      ? { ok: true, problems: [] }
      : await runDemo({
          apiUrl,
          root,
          clock: systemClock,
          write: (text) => line.print(text),
          signal: stopping.signal,
        });
    for (const problem of outcome.problems) line.print(`Not as expected: ${problem}`);
    if (flags.once || stopping.signal.aborted) return outcome.ok ? 0 : 1;

    line.print(`It stays up until Ctrl-C. Try:

  API=${apiUrl}
  curl -X POST "$API/jobs" -H 'Content-Type: application/json' -d '{"payload":{"hello":"world"}}'
  curl "$API/jobs/JOB_ID"
`);
    await stopped;
    return outcome.ok ? 0 : 1;
  } finally {
    stopStatus();
  }
}

function splitSetting(setting: string): [string, string] {
  const at = setting.indexOf("=");
  if (at < 1) throw new Error(`--set expects KEY=VALUE, such as sluice:slots=4; came "${setting}"`);
  return [setting.slice(0, at), setting.slice(at + 1)];
}

function reportFailure(thrown: unknown): number {
  const error = asError(thrown);
  process.stderr.write(`${error.message}\n`);
  if (error.cause) process.stderr.write(`  because: ${asError(error.cause).message}\n`);
  return 1;
}
