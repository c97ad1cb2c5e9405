import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createLiveLine, type LiveLine } from "../report/live-line.ts";
import { systemClock } from "../runtime/clock.ts";
import { asError } from "../runtime/errors.ts";
import { watchJobs } from "./count-jobs.ts";
import { runDemo } from "./demo/run-demo.ts";
import { type Flags, readFlags, usage } from "./flags.ts";
import { createOutputLog } from "./output-log.ts";
import { removeOutputs, writeOutputs } from "./outputs.ts";
import { startProcesses } from "./processes/processes.ts";
import { claimRunFolder } from "./processes/run-folder.ts";
import { type Stack, startStack } from "./start-stack.ts";
import { startStatusLine } from "./status-line.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const stopping = new AbortController();
const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener("abort", () => resolve()));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
// The launcher is gone without a word: killed, or the terminal with it.
process.on("disconnect", () => stopping.abort());

process.exitCode = await main().catch(reportFailure);
// The channel to the launcher would keep the process alive.
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  if (!flags.isHelp) return run(flags);
  process.stdout.write(usage);
  return 0;
}

async function run(flags: Flags): Promise<number> {
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
      apiPort: flags.port,
      speed: flags.speed,
      config: flags.config,
      onLine: log,
      signal: stopping.signal,
    });
    writeOutputs(runFolder.path, stack.outputs);
    line.print(`Ready after ${((systemClock.now() - began) / 1000).toFixed(1)} s: ${stack.outputs.apiUrl}`);
    return await serve(stack, flags, line);
  } finally {
    line.print("Taking it down ...");
    removeOutputs(runFolder.path);
    await stack?.down();
    await processes.close();
    await runFolder.release();
    line.close();
  }
}

async function serve(stack: Stack, flags: Flags, line: LiveLine): Promise<number> {
  const stopStatus = startStatusLine({
    cloud: stack.cloud,
    queueUrl: stack.outputs.queueUrl ?? "",
    jobs: watchJobs(stack.cloud),
    line,
    clock: systemClock,
  });
  try {
    const exitCode = flags.hasDemo ? await demonstrate(stack, line) : 0;
    if (flags.isOnce || stopping.signal.aborted) return exitCode;

    line.print(howToTry(stack.outputs.apiUrl ?? ""));
    await stopped;
    return exitCode;
  } finally {
    stopStatus();
  }
}

async function demonstrate(stack: Stack, line: LiveLine): Promise<number> {
  const outcome = await runDemo({
    apiUrl: stack.outputs.apiUrl ?? "",
    root,
    clock: systemClock,
    write: (text) => line.print(text),
    signal: stopping.signal,
    // A terminal has the status line instead.
    onProgress: ({ texts, finished }) => {
      if (!process.stdout.isTTY && finished > 0 && finished % 250 === 0) line.print(`${finished} of ${texts} counted`);
    },
  });
  for (const problem of outcome.problems) line.print(`Not as expected: ${problem}`);
  return outcome.ok ? 0 : 1;
}

function howToTry(apiUrl: string): string {
  return `It stays up until Ctrl-C. Try:

  API=${apiUrl}
  curl -X POST "$API/jobs" -H 'Content-Type: application/json' -d '{"payload":{"hello":"world"}}'
  curl "$API/jobs/JOB_ID"
`;
}

function reportFailure(thrown: unknown): number {
  const error = asError(thrown);
  process.stderr.write(`${error.message}\n`);
  return 1;
}
