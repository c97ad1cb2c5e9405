import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createLiveLine, type LiveLine } from "../report/live-line.ts";
import { sleep, systemClock } from "../runtime/clock.ts";
import { asError } from "../runtime/errors.ts";
import { awaitCalm } from "./await-calm.ts";
import { checkPort } from "./check-port.ts";
import { watchJobs } from "./count-jobs.ts";
import { runDemo } from "./demo/run-demo.ts";
import { describeFleet } from "./describe-fleet.ts";
import { curlSignature, removeCredentials, writeCredentials } from "./developer.ts";
import { type LaptopFlags, readFlags, usage } from "./flags.ts";
import type { Fleet } from "./fleet.ts";
import { createFleetCurve, type FleetCurve } from "./fleet-curve.ts";
import { logFleet } from "./fleet-log.ts";
import { createOperator, removeOperator, writeOperator } from "./operator.ts";
import { createOutputLog } from "./output-log.ts";
import { removeOutputs, writeOutputs } from "./outputs.ts";
import { startProcesses } from "./processes/processes.ts";
import { claimRunFolder } from "./processes/run-folder.ts";
import { type Stack, startStack } from "./start-stack.ts";
import { watchFleet } from "./watch-fleet.ts";

/** Long enough that two slots cannot keep up, and short enough to watch. */
const slowJobs = { count: 120, milliseconds: 3_000 };

/** What an operator would say of such jobs, at a pace that suits a minute of AWS's that lasts a second. */
const demoConfig = { "sluice:expectedJobMilliseconds": "3000", "sluice:waitTargetSeconds": "5" };

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

async function run(flags: LaptopFlags): Promise<number> {
  const runFolder = await claimRunFolder(resolve(root, flags.folder));
  await checkPort(flags.port).catch(async (error: unknown) => {
    await runFolder.release();
    throw error;
  });
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
      config: { ...demoConfig, ...flags.config },
      onLine: log,
      signal: stopping.signal,
    });
    writeOutputs(runFolder.path, stack.outputs);
    writeOperator(runFolder.path, createOperator(stack.cloud, stack.outputs));
    if (stack.developerKeys) writeCredentials(runFolder.path, stack.developerKeys);
    line.print(`Ready after ${((systemClock.now() - began) / 1000).toFixed(1)} s: ${stack.outputs.apiUrl}`);
    return await serve(stack, flags, runFolder.path, line);
  } finally {
    line.print("Taking it down ...");
    removeOutputs(runFolder.path);
    removeCredentials(runFolder.path);
    removeOperator(runFolder.path);
    await stack?.down();
    await processes.close();
    await runFolder.release();
    line.close();
  }
}

async function serve(stack: Stack, flags: LaptopFlags, runFolder: string, line: LiveLine): Promise<number> {
  const jobs = watchJobs(stack.cloud);
  const watch = { cloud: stack.cloud, queueUrl: stack.outputs.queueUrl ?? "", clock: systemClock };
  const listeners = new Set([logFleet(runFolder), (fleet: Fleet) => line.update(describeFleet(fleet, jobs))]);
  const stopWatching = watchFleet(watch, listeners);
  try {
    const auth = flags.config["sluice:auth"] ?? "none";
    if (flags.hasDemo && auth !== "none")
      line.print(`The demo stays away: it shows nobody who it is, and auth is ${auth}.`);
    const exitCode = flags.hasDemo && auth === "none" ? await demonstrate(stack, flags, listeners, line) : 0;
    if (flags.isOnce || stopping.signal.aborted) return exitCode;

    line.print(howToTry(stack, auth, flags.port));
    await stopped;
    return exitCode;
  } finally {
    stopWatching();
  }
}

async function demonstrate(
  stack: Stack,
  flags: LaptopFlags,
  fleetListeners: Set<(fleet: Fleet, now: number) => void>,
  line: LiveLine,
): Promise<number> {
  const curve = createFleetCurve();
  fleetListeners.add(curve.record);
  const outcome = await runDemo({
    apiUrl: stack.outputs.apiUrl ?? "",
    root,
    slowJobs,
    clock: systemClock,
    write: (text) => line.print(text),
    signal: stopping.signal,
    // A terminal has the status line instead.
    onProgress: ({ texts, finished }) => {
      if (!process.stdout.isTTY && finished > 0 && finished % 250 === 0) line.print(`${finished} of ${texts} counted`);
    },
  });
  const problems = [...outcome.problems, ...(outcome.ok ? await watchItShrink(stack, flags, line) : [])];
  if (outcome.ok && Object.keys(flags.config).length === 0) problems.push(...growthProblems(curve));
  // So that the end can be seen in the curve.
  await sleep(systemClock, 2_000, stopping.signal);
  fleetListeners.delete(curve.record);
  const columns = Math.min(process.stdout.columns ?? 100, 120);
  line.print(`\n${curve.draw({ columns, hasColors: process.stdout.isTTY })}\n`);
  for (const problem of problems) line.print(`Not as expected: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

/** As the program is configured, the demo's jobs are too many for the least fleet; two instances start from zero in any case. */
function growthProblems(curve: FleetCurve): string[] {
  const { tasks, instances } = curve.peaks();
  if (tasks > 1 && instances > 2) return [];
  return [`expected the fleet to grow; it had ${tasks} tasks and ${instances} instances at most`];
}

/** AWS scales in after a quarter of an hour, twice: tasks, then instances. */
async function watchItShrink({ cloud, outputs }: Stack, { speed }: LaptopFlags, line: LiveLine): Promise<string[]> {
  const patienceSeconds = (3 * 15 * 60) / speed + 30;
  if (patienceSeconds > 300) {
    line.print("At this speed the fleet may take half an hour to shrink again; nobody waits for that here.");
    return [];
  }
  line.print("All jobs are done; waiting for the fleet to shrink again ...");
  const isCalm = await awaitCalm(cloud, outputs.queueUrl ?? "", {
    clock: systemClock,
    patienceSeconds,
    signal: stopping.signal,
  });
  return isCalm || stopping.signal.aborted ? [] : [`the fleet did not come back to its least in ${patienceSeconds} s`];
}

function howToTry({ outputs, developerKeys }: Stack, auth: string, port: number): string {
  const token = auth === "jwt" ? ` -H "Authorization: Bearer $TOKEN"` : "";
  const proof = developerKeys ? ` ${curlSignature(developerKeys)}` : token;
  const address = port === 0 ? "" : ", at the same address at every start (npm start -- --port N for another)";
  return `It stays up until Ctrl-C${address}. Try:

  API=${outputs.apiUrl ?? ""}
  curl${proof} -X POST "$API/jobs" -H 'Content-Type: application/json' -d '{"payload":{"hello":"world"}}'
  curl${proof} "$API/jobs/JOB_ID"
`;
}

function reportFailure(thrown: unknown): number {
  const error = asError(thrown);
  process.stderr.write(`${error.message}\n`);
  return 1;
}
