import { tmpdir } from "node:os";
import type { runnerLives } from "../../../contract/environment.ts";
import { memoryBudget } from "../../../contract/memory-budget.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { openRunFolders } from "../run-folders.ts";
import { createRunnerPool } from "../runner-pool.ts";

/*
 * Prints the time of an echo job in a runner, its folder included: with one owner, and with owners that take turns. Arguments: the
 * runner's bundle or source as a URL, and the number of jobs.
 */
const [entry = new URL("../runner.ts", import.meta.url).href, jobs = "200"] = process.argv.slice(2);

const folders = await openRunFolders({ temporaryFolder: tmpdir(), pid: process.pid, log: silentLog });

async function measure(freshRunner: (typeof runnerLives)[number], owners: number, jobs: number): Promise<void> {
  const slots = 1;
  const pool = createRunnerPool({
    entry: new URL(entry),
    arguments: [],
    memory: memoryBudget({ taskMemoryMegabytes: 1_024, slots }),
    environment: process.env,
    fetchUpload: () => Promise.reject(new Error("no job opens an upload")),
    slots,
    freshRunner,
    clock: systemClock,
    log: silentLog,
  });
  const payload = { json: JSON.stringify({ text: "x".repeat(1_000) }) };
  let failures = 0;
  const run = async (job: number) => {
    const folder = folders.create();
    const owner = `owner-${job % owners}`;
    const request = { owner, jobId: `${job}`, type: "echo", attempt: 1, fence: 1, payload, folder: folder.path };
    const outcome = await pool.start(request).outcome;
    if (outcome.kind !== "result") failures += 1;
    await folder.remove();
  };
  for (let job = 0; job < 20; job++) await run(job);
  const begun = performance.now();
  for (let job = 0; job < jobs; job++) await run(job);
  const milliseconds = (performance.now() - begun) / jobs;
  await pool.close();
  console.log(`${freshRunner}, ${owners} owners: ${milliseconds.toFixed(2)} ms per job, ${failures} failed`);
}

await measure("owner", 1, Number(jobs));
await measure("owner", 2, Number(jobs) / 10);
await measure("job", 1, Number(jobs) / 10);
await measure("never", 2, Number(jobs));
await folders.close();
