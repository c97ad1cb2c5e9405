import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createJobClient } from "../../client/job-client.ts";
import type { LoadSummary } from "../../load/summarize-load.ts";
import { type ProcessUse, processTree } from "../../local/processes/process-tree.ts";
import { formatTable } from "../../report/table.ts";
import { sleep, systemClock } from "../../runtime/clock.ts";
import { type Figure, reportFigures } from "../judge-figures.ts";
import { driveEmulators } from "./drive-emulators.ts";
import type { Emulators } from "./emulators.ts";

/*
 * `npm run bench:local`: the laptop stack as `npm start` starts it. Measures the time until it is ready, its memory while
 * idle, and a burst of 5,000 jobs that do nothing, from the first POST to the last end. The burst is compared with the
 * emulators alone, driven by a bare client that writes the same fields, before and after it. On a machine that does other work as well, compare the CPU time of
 * a job and not its duration.
 *
 *   --jobs N       instead of 5,000
 *   --burst-50k    also sends 50,000 jobs in 10 s to a second stack with the default settings, which takes minutes
 *   --burst N      the same with N jobs, at the same rate
 */

const { values: flags } = parseArgs({
  options: {
    jobs: { type: "string", default: "5000" },
    "burst-50k": { type: "boolean" },
    burst: { type: "string" },
  },
});
const jobs = Number(flags.jobs);
const burstJobs = Number(flags.burst ?? (flags["burst-50k"] ? 50_000 : 0));
/** As many slots as the bare client has calls at once, in one task: each task would run its first thousand jobs before V8 has optimized its code. */
const fleet = [
  "sluice:slots=16",
  "sluice:minTasks=1",
  "sluice:maxTasks=1",
  "sluice:taskMemoryMegabytes=6144",
  "sluice:instanceType=t4g.large",
];
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));

try {
  reportFigures([...(await measureJobs()), ...(burstJobs > 0 ? await measureBurst50k() : [])]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureJobs(): Promise<Figure[]> {
  const emulatorsAlone = [await measureEmulators("before")];
  const beganAt = systemClock.now();
  const stack = startStack("jobs", fleet);
  try {
    const apiUrl = await stack.printed(/The stack is ready .* API: (\S+)/);
    const readySeconds = (systemClock.now() - beganAt) / 1000;
    const idleMegabytes = Number(await stack.printed(/The idle stack uses (\d+) MB/));
    const burst = await measureBurst(apiUrl, stack.pid);
    emulatorsAlone.push(await measureEmulators("after"));
    return [
      { name: "ready", measured: readySeconds, unit: "s", atMost: 8 },
      { name: "idle memory", measured: idleMegabytes, unit: "MB", atMost: 600 },
      { name: "burst", measured: burst, unit: "jobs/s", atLeast: 300 },
      {
        name: "burst, of the emulators' limit, same fields",
        measured: burst / Math.max(...emulatorsAlone),
        unit: "x",
        atLeast: 0.6,
      },
    ];
  } finally {
    await stack.stop();
  }
}

/** The load test's preset against a stack with the default settings. */
async function measureBurst50k(): Promise<Figure[]> {
  const stack = startStack("burst", []);
  const file = join(folder, "burst.json");
  try {
    await stack.printed(/(The idle stack uses) /);
    const count = ["--count", String(burstJobs), "--duration", String(burstJobs / 5_000)];
    const args = ["--preset", "burst-50k", ...count, "--folder", stack.folder, "--settle", "0", "--json", file];
    const load = fork(join(root, "load/main.ts"), args, { cwd: root, stdio: ["ignore", "ignore", "inherit", "ipc"] });
    await once(load, "exit");
    const { planned, accepted, finished, lost, throughput } = JSON.parse(readFileSync(file, "utf8")) as LoadSummary;
    const seconds = throughput === undefined ? Number.NaN : finished / throughput;
    return [
      { name: "large burst, accepted", measured: accepted / planned, unit: "x", atLeast: 1 },
      { name: "large burst, lost", measured: lost.length, unit: "jobs", atMost: 0 },
      { name: "large burst, until the last end", measured: seconds, unit: "s", atMost: 300 },
      { name: "large burst, alarms of a silent controller", measured: stack.silences(), unit: "", atMost: 0 },
    ];
  } finally {
    await stack.stop();
  }
}

async function measureEmulators(run: string): Promise<number> {
  const child = fork(fileURLToPath(new URL("./emulators.ts", import.meta.url)));
  const [emulators] = (await once(child, "message")) as [Emulators];
  await driveEmulators(emulators, { jobs: 1_000, run: "warm", fields: "same" });
  const before = processTree(child.pid ?? 0);
  const perSecond = await driveEmulators(emulators, { jobs: jobs / 2, run: "same", fields: "same" });
  const after = processTree(child.pid ?? 0);
  const tiny = await driveEmulators(emulators, { jobs: jobs / 2, run: "tiny", fields: "tiny" });
  console.log(
    `emulators alone, ${run} the burst: ${Math.round(perSecond)} jobs/s; ${Math.round(tiny)} with tiny writes`,
  );
  printUse(before, after, jobs / 2);
  child.disconnect();
  await once(child, "exit");
  return perSecond;
}

function startStack(name: string, config: string[]) {
  const settings = config.flatMap((setting) => ["--set", setting]);
  const stackFolder = join(folder, name);
  const args = ["--no-demo", "--port", "0", "--folder", stackFolder, ...settings];
  const child = fork(join(root, "local/main.ts"), args, {
    cwd: root,
    // As `npm start` does.
    execArgv: ["--max-semi-space-size=8"],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (part: string) => {
    output += part;
  });
  const printed = async (line: RegExp): Promise<string> => {
    for (;;) {
      const [, found] = line.exec(output) ?? [];
      if (found !== undefined) return found;
      if (child.exitCode !== null) throw new Error(`the stack ended:\n${output}`);
      await sleep(systemClock, 20);
    }
  };
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  // The first alarm comes before the controller's first tick.
  const silences = () => Math.max(0, output.split(/controller-silent\S* is ALARM/).length - 2);
  return { printed, silences, stop, folder: stackFolder, pid: child.pid ?? 0 };
}

/** Warms the stack up, then returns the jobs per second from the first request to the last end. */
async function measureBurst(apiUrl: string, pid: number): Promise<number> {
  const client = createJobClient({ url: apiUrl });
  await sendAndAwait("warm", 500);
  await sleep(systemClock, 1_000);
  const before = processTree(pid);
  const beganAt = systemClock.now();
  await sendAndAwait("job", jobs);
  printUse(before, processTree(pid), jobs);
  return (jobs / (await lastEnd(beganAt))) * 1000;

  async function sendAndAwait(prefix: string, count: number): Promise<void> {
    const burst = Array.from({ length: count }, (_, index) => ({ jobId: `${prefix}-${index}`, payload: {} }));
    const outcomes = await client.submitBatch(burst);
    const refused = outcomes.find((outcome) => !("accepted" in outcome));
    if (refused) throw new Error(`expected every job accepted; came ${JSON.stringify(refused)}`);
    // A waiting read costs nothing. The last job is rarely the last to end, so all are checked in order.
    for (const { jobId } of burst.filter((_, index) => index % 500 === 499))
      await client.waitFor(jobId, { timeoutSeconds: 600 });
    while ((await countOpen()) > 0) await sleep(systemClock, 250);
  }

  async function countOpen(): Promise<number> {
    let open = 0;
    for (const state of ["queued", "running"] as const) {
      for await (const page of client.listPages({ state, limit: 1 })) {
        open += page.length;
        break;
      }
    }
    return open;
  }

  async function lastEnd(beganAt: number): Promise<number> {
    const ends: number[] = [];
    for await (const page of client.listPages()) {
      ends.push(...page.filter(({ jobId }) => jobId.startsWith("job-")).map((job) => Date.parse(job.finishedAt ?? "")));
    }
    if (ends.length !== jobs) throw new Error(`expected ${jobs} jobs in the list; came ${ends.length}`);
    return Math.max(...ends) - beganAt;
  }
}

/** CPU time for each job, by kind of process. */
function printUse(before: ProcessUse[], after: ProcessUse[], jobs: number): void {
  const used = new Map<string, number>();
  for (const { pid, command, cpuSeconds } of after) {
    const kind = kindOf(command);
    const earlier = before.find((one) => one.pid === pid)?.cpuSeconds ?? 0;
    used.set(kind, (used.get(kind) ?? 0) + (((cpuSeconds ?? Number.NaN) - earlier) * 1000) / jobs);
  }
  const rows = [...used].map(([kind, milliseconds]) => [kind, Number(milliseconds.toFixed(2))]);
  console.log(formatTable(["processes", "CPU ms a job"], rows));
}

function kindOf(command: string): string {
  if (command.includes("bootstrap.ts")) return "functions";
  if (command.includes("main.mjs")) return "workers";
  if (command.includes("runner")) return "runners";
  if (command.includes("bench/local/emulators.ts")) return "emulators";
  return command.includes("local/main.ts") ? "cloud" : "other";
}
