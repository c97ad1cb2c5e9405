import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createJobClient } from "../../client/job-client.ts";
import { type ProcessUse, processTree } from "../../local/processes/process-tree.ts";
import { formatTable } from "../../report/table.ts";
import { sleep, systemClock } from "../../runtime/clock.ts";
import { reportFigures } from "../judge-figures.ts";
import { driveEmulators } from "./drive-emulators.ts";
import type { Emulators } from "./emulators.ts";

/*
 * `npm run bench:local`: the laptop stack as `npm start` starts it. Measures the time until it is ready, its memory while
 * idle, and a burst of 5,000 jobs that do nothing, from the first POST to the last end. The burst is compared with the
 * emulators alone, driven by a bare client, before and after it.
 */

const jobs = Number(process.env.JOBS ?? 5_000);
/** As many slots as two cores keep busy. */
const fleet = ["sluice:slots=4", "sluice:minTasks=2", "sluice:maxTasks=2"];
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));

try {
  const emulatorsAlone = [await measureEmulators("before")];
  const beganAt = systemClock.now();
  const stack = startStack();
  try {
    const apiUrl = await stack.printed(/The stack is ready .* API: (\S+)/);
    const readySeconds = (systemClock.now() - beganAt) / 1000;
    const idleMegabytes = Number(await stack.printed(/The idle stack uses (\d+) MB/));
    const burst = await measureBurst(apiUrl, stack.pid);
    emulatorsAlone.push(await measureEmulators("after"));
    const limit = Math.max(...emulatorsAlone);
    console.log(`emulators alone: ${emulatorsAlone.map(Math.round).join(", ")} jobs/s`);
    reportFigures([
      { name: "ready", measured: readySeconds, unit: "s", atMost: 8 },
      { name: "idle memory", measured: idleMegabytes, unit: "MB", atMost: 600 },
      { name: "burst", measured: burst, unit: "jobs/s", atLeast: 300 },
      { name: "burst, of the emulators' own limit", measured: burst / limit, unit: "x", atLeast: 0.6 },
    ]);
  } finally {
    await stack.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureEmulators(run: string): Promise<number> {
  const child = fork(fileURLToPath(new URL("./emulators.ts", import.meta.url)));
  const [emulators] = (await once(child, "message")) as [Emulators];
  await driveEmulators(emulators, 500, "warm");
  const perSecond = await driveEmulators(emulators, jobs / 2, run);
  child.disconnect();
  await once(child, "exit");
  return perSecond;
}

function startStack() {
  const settings = fleet.flatMap((setting) => ["--set", setting]);
  const args = ["--no-demo", "--port", "0", "--folder", join(folder, "stack"), ...settings];
  const child = fork(join(root, "local/main.ts"), args, { cwd: root, stdio: ["ignore", "pipe", "inherit", "ipc"] });
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
  return { printed, stop, pid: child.pid ?? 0 };
}

/** Warms the stack up, then returns the jobs per second from the first request to the last end. */
async function measureBurst(apiUrl: string, pid: number): Promise<number> {
  const client = createJobClient({ url: apiUrl });
  await sendAndAwait("warm", 500);
  await sleep(systemClock, 1_000);
  const before = processTree(pid);
  const beganAt = systemClock.now();
  await sendAndAwait("job", jobs);
  printUse(before, processTree(pid));
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
function printUse(before: ProcessUse[], after: ProcessUse[]): void {
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
  return command.includes("local/main.ts") ? "cloud" : "other";
}
