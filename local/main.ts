import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createLiveLine, type LiveLine } from "../report/live-line.ts";
import { sleep, systemClock } from "../runtime/clock.ts";
import { AppError, asError } from "../runtime/errors.ts";
import { restoreSnapshots } from "./backup/snapshot.ts";
import { checkPort } from "./check-port.ts";
import { dropDemoConfig, dropFiles } from "./demo/drop-files.ts";
import { runDemo } from "./demo/run-demo.ts";
import { describeFleet, watchJobs } from "./describe-fleet.ts";
import { type LaptopFlags, readFlags, usage } from "./flags.ts";
import { awaitCalm, type Fleet, watchFleet } from "./fleet.ts";
import { createFleetCurve, type FleetCurve } from "./fleet-curve.ts";
import { logFleet } from "./fleet-log.ts";
import { createOutputLog } from "./output-log.ts";
import { removeOutputs, writeOutputs } from "./outputs.ts";
import { processTree } from "./processes/process-tree.ts";
import { Processes } from "./processes/processes.ts";
import { claimRunFolder } from "./processes/run-folder.ts";
import { type Stack, startStack } from "./start-stack.ts";
import { createOperator, createSender, curlSignature, writeKeys } from "./users.ts";

/** More work than the smallest fleet can do in the wait target, so that the fleet scales out. */
const slowJobs = { count: 120, milliseconds: 3_000 };

/** Settings that fit the demo's jobs at speed 60, where a minute of AWS's lasts a second. */
const demoConfig = { "sluice:expectedJobMilliseconds": "3000", "sluice:waitTargetSeconds": "5" };

const root = fileURLToPath(new URL("..", import.meta.url));
const stopping = new AbortController();
const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener("abort", () => resolve()));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
// The launcher was killed, or its terminal was closed.
process.on("disconnect", () => stopping.abort());

process.exitCode = await main().catch(reportFailure);
// An open channel to the launcher keeps this process alive.
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
  const processes = new Processes({ runFolder, clock: systemClock, onEvent: (event) => log("reaper", event) });
  let stack: Stack | undefined;
  try {
    const began = systemClock.now();
    line.print("Starting the stack that infra/ declares ...");
    stack = await startStack({
      clock: systemClock,
      processes,
      directory: runFolder.path,
      apiPort: flags.port,
      speed: flags.speed,
      // If jobs have owners, the intake needs to know for which one its jobs are.
      config: { ...demoConfig, ...dropConfig(flags), ...flags.config },
      onLine: log,
      signal: stopping.signal,
    });
    writeOutputs(runFolder.path, stack.outputs);
    writeKeys(runFolder.path, "operator.json", createOperator(stack.cloud, stack.outputs));
    if (stack.outputs.inboxUrl) writeKeys(runFolder.path, "sender.json", createSender(stack.cloud, stack.outputs));
    if (stack.developerKeys) writeKeys(runFolder.path, "credentials.json", stack.developerKeys);
    const seconds = ((systemClock.now() - began) / 1000).toFixed(1);
    if (flags.restore !== "") {
      const names = [String(stack.outputs.jobsTableName), String(stack.outputs.artifactsBucketName)];
      const count = await restoreSnapshots(stack.cloud, resolve(root, flags.restore), names);
      line.print(`Restored ${count} records and objects from ${flags.restore}.`);
    }
    line.print(`The stack is ready after ${seconds} s. API: ${stack.outputs.apiUrl}`);
    return await serve(stack, flags, runFolder.path, line);
  } finally {
    line.print("Stopping the stack ...");
    removeOutputs(runFolder.path);
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
    const auth = authOf(flags);
    if (flags.hasDemo && auth !== "none")
      line.print(`The demo does not run: its requests carry no credentials, and sluice:auth is ${auth}.`);
    const exitCode = flags.hasDemo && auth === "none" ? await demonstrate(stack, flags, listeners, line) : 0;
    if (flags.isOnce || stopping.signal.aborted) return exitCode;

    line.print(howToTry(stack, auth, flags));
    void printMemory(stack, line);
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
    // A terminal shows the same in the status line.
    onProgress: ({ texts, finished }) => {
      if (!process.stdout.isTTY && finished > 0 && finished % 250 === 0)
        line.print(`${finished} of ${texts} texts counted`);
    },
  });
  const dropped = outcome.ok && canDrop(flags) ? await demonstrateDrops(stack, line) : [];
  const problems = [...outcome.problems, ...dropped, ...(outcome.ok ? await awaitScaleIn(stack, flags, line) : [])];
  if (outcome.ok && Object.keys(flags.config).length === 0) problems.push(...scaleOutProblems(curve));
  // Lets the curve show the end of the scale-in.
  await sleep(systemClock, 2_000, stopping.signal);
  fleetListeners.delete(curve.record);
  const columns = Math.min(process.stdout.columns ?? 100, 120);
  line.print(`\n${curve.draw({ columns, hasColors: process.stdout.isTTY })}\n`);
  for (const problem of problems) line.print(`Not as expected: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

/** The drop bucket and subscribers of the demo, if it runs; without the latter if the command line has other settings for them. */
function dropConfig(flags: LaptopFlags): Record<string, string> {
  if (!flags.hasDemo || authOf(flags) !== "none") return {};
  return canDrop(flags) ? dropDemoConfig : { "sluice:drops": dropDemoConfig["sluice:drops"] };
}

function canDrop({ config }: LaptopFlags): boolean {
  return !Object.keys(dropDemoConfig).some((key) => key in config);
}

async function demonstrateDrops(stack: Stack, line: LiveLine): Promise<string[]> {
  line.print("Dropping files into the bucket, and looking for their events in two subscribed queues ...");
  try {
    const dropped = await dropFiles(stack, { root, clock: systemClock, signal: stopping.signal });
    line.print(dropped.line);
    return dropped.problems;
  } catch (error) {
    if (stopping.signal.aborted) return ["The demo was interrupted."];
    if (error instanceof AppError) return [error.message];
    throw error;
  }
}

/** The first two instances start together, so that only a third one shows a scale-out. */
function scaleOutProblems(curve: FleetCurve): string[] {
  const { tasks, instances } = curve.peaks();
  if (tasks > 1 && instances > 2) return [];
  return [`expected more than 1 task and more than 2 instances at the peak; came ${tasks} and ${instances}`];
}

/** On AWS tasks scale in after a quarter of an hour, and instances after another one. */
async function awaitScaleIn({ cloud, outputs }: Stack, { speed }: LaptopFlags, line: LiveLine): Promise<string[]> {
  const patienceSeconds = (3 * 15 * 60) / speed + 30;
  if (patienceSeconds > 300) {
    line.print("At this speed the scale-in may take half an hour; the demo does not wait for it.");
    return [];
  }
  line.print("All jobs have finished. Waiting for the scale-in ...");
  const isCalm = await awaitCalm(cloud, outputs.queueUrl ?? "", {
    clock: systemClock,
    patienceSeconds,
    signal: stopping.signal,
  });
  return isCalm || stopping.signal.aborted
    ? []
    : [`expected the fleet at its minimum within ${patienceSeconds} s; it was not`];
}

/** Once the fleet is at its minimum, prints the memory of this process and all that it has started. */
async function printMemory({ cloud, outputs }: Stack, line: LiveLine): Promise<void> {
  const patience = { clock: systemClock, patienceSeconds: 60, signal: stopping.signal };
  if (process.platform === "win32" || !(await awaitCalm(cloud, outputs.queueUrl ?? "", patience))) return;
  const tree = processTree(process.pid);
  const megabytes = Math.round(tree.reduce((sum, { bytes }) => sum + bytes, 0) / 1024 ** 2);
  line.print(`The idle stack uses ${megabytes} MB in ${tree.length} processes.`);
}

function authOf({ config }: LaptopFlags): string {
  return config["sluice:auth"] ?? "none";
}

function howToTry({ outputs, developerKeys }: Stack, auth: string, { port, folder }: LaptopFlags): string {
  const token = auth === "jwt" ? ` -H "Authorization: Bearer $TOKEN"` : "";
  const proof = developerKeys ? ` ${curlSignature(developerKeys)}` : token;
  const address = port === 0 ? "" : ". The address stays the same at every start (another port: npm start -- --port N)";
  return `The stack stays up until Ctrl-C${address}. Try:

  API=${outputs.apiUrl ?? ""}
  curl${proof} -X POST "$API/jobs" -H 'Content-Type: application/json' -d '{"payload":{"hello":"world"}}'
  curl${proof} "$API/jobs/JOB_ID"
${outputs.dropBucketName ? howToDrop(outputs.dropBucketName, folder) : ""}`;
}

function howToDrop(bucketName: string, folder: string): string {
  return `
Or put a text file into the drop bucket, with the AWS CLI or another client of S3 (docs/intake.md):

  export $(node -p 'Object.entries(require(path.resolve("${folder}/sender.json"))).map((pair) => pair.join("=")).join(" ")')
  aws s3 cp README.md s3://${bucketName}/readme.txt
  curl "$API/jobs?limit=1"
`;
}

function reportFailure(thrown: unknown): number {
  const error = asError(thrown);
  process.stderr.write(`${error.message}\n`);
  return 1;
}
