import { number } from "../../report/flag-kinds.ts";
import { readCommandLine } from "../../report/flags.ts";
import { mean } from "../../runtime/arithmetic.ts";
import { sleep, systemClock } from "../../runtime/clock.ts";
import { startJourney } from "./journey.ts";
import { killTask, onlyService, suspendPolicies } from "./only-service.ts";
import { watchLeases } from "./watch-leases.ts";

/*
 * `npm run drill:limits`: a storm of jobs of a type with a limit, on a stack on this machine, in which a worker is killed every 40
 * seconds. Fails if more leases than the limit were valid at once, by the writes of the jobs' records or by the log of the handlers,
 * or if 0.9 of the limit or less were valid on average.
 */
const flags = { minutes: number("N", "length of the storm; default 3", { least: 0.5, most: 60 }, 3) };
const { minutes } = readCommandLine(
  { command: "npm run drill:limits --", flags, args: process.argv.slice(2) },
  ({ values }) => values,
);

const limit = 6;
const jobSeconds = 4;
const journey = await startJourney({
  config: {
    "sluice:concurrency": JSON.stringify({ echo: limit }),
    "sluice:scalingMode": "tracking",
    "sluice:visibilitySeconds": "10",
    "sluice:maxAttempts": "100",
    "sluice:slots": "2",
    "sluice:minTasks": "6",
    "sluice:maxInstances": "5",
  },
});
suspendPolicies(journey);
const leases = watchLeases(journey.stack.cloud, systemClock);
const service = onlyService(journey);
service.setDesiredCount(6);
const until = systemClock.now() + minutes * 60_000;
const ids = Array.from(
  { length: Math.ceil(1.2 * ((minutes * 60) / jobSeconds) * limit) },
  (_, index) => `job-${index}`,
);
for (const jobId of ids) await journey.post({ jobId, payload: { sleepMs: jobSeconds * 1_000 } });

while (leases.valid() < limit) await sleep(systemClock, 100);
const samples: number[] = [];
let killed = 0;
for (let next = systemClock.now() + 20_000; systemClock.now() < until; ) {
  samples.push(leases.valid());
  await sleep(systemClock, 100);
  if (systemClock.now() < next) continue;
  const running = service.tasks().filter(({ status }) => status === "RUNNING");
  const task = running[killed % running.length];
  if (task) killTask(task, "SIGKILL");
  killed += 1;
  next += 40_000;
}
const ended = (await Promise.all(ids.map((jobId) => journey.get(jobId)))).filter(({ state }) => state === "succeeded");
const runs = ended.map(({ log = [] }) => {
  const at = (text: string) => Date.parse(log.findLast((line) => line.text.startsWith(text))?.at ?? "");
  return { from: at("sleeping"), to: at("slept") };
});
const overlaps = runs.map(({ from }) => runs.filter((other) => other.from <= from && from < other.to).length);
await journey.down();

const average = mean(samples) / limit;
const most = Math.max(...leases.counts);
const mostRuns = Math.max(...overlaps);
console.log(
  `limit ${limit}: at most ${most} valid leases and ${mostRuns} runs at once; ${(100 * average).toFixed(1)} % of the limit on average; ${ended.length} jobs ended, ${killed} workers were killed`,
);
if (most > limit || mostRuns > limit || !(average > 0.9)) process.exitCode = 1;
