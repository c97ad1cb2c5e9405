import { setTimeout as pause } from "node:timers/promises";
import type { JobView } from "../../contract/http.ts";
import { isFinished } from "../../contract/job.ts";
import { number } from "../../report/flag-kinds.ts";
import { readCommandLine } from "../../report/flags.ts";
import { createLiveLine } from "../../report/live-line.ts";
import { spreadOf } from "../../report/percentile.ts";
import { formatTable } from "../../report/table.ts";
import { systemClock } from "../../runtime/clock.ts";
import { type Ask, attacks } from "./attacks.ts";
import { startJourney } from "./journey.ts";
import { startTokenIssuer } from "./token-issuer.ts";

/*
 * `npm run drill:tenants`: two owners share a stack on this machine. One submits a job of a second every two seconds: first alone, then
 * while the other runs all attacks at once. Fails if one of these jobs failed or was refused, or if their wait at the median or at
 * the 90th percentile is more than twice that of the first phase plus the time of one such job. Without that time, the noise of a
 * busy machine would decide: alone, a job waits a few milliseconds.
 */
const flags = { minutes: number("N", "length of the attack; default 10", { least: 0.1, most: 600 }, 10) };
const { minutes } = readCommandLine(
  { command: "npm run drill:tenants --", flags, args: process.argv.slice(2) },
  ({ values }) => values,
);

const usualSeconds = 60;
/** A fleet that cannot grow, so that the owners compete for it. The hostile owner may use six of its eight slots. */
const fleet = {
  "sluice:minTasks": "2",
  "sluice:maxTasks": "2",
  "sluice:slots": "4",
  "sluice:taskMemoryMegabytes": "2048",
  "sluice:sweepAfterSeconds": "120",
  "sluice:maxInstances": "5",
  "sluice:ownerMaxWaitingJobs": "200",
  "sluice:ownerMaxUploadMegabytesPerDay": "5000",
};

interface Phase {
  name: string;
  jobs: { jobId: string; status: number }[];
}

const issuer = await startTokenIssuer();
const journey = await startJourney({ speed: 60, config: { ...issuer.config, ...fleet } });
const screen = createLiveLine(process.stdout);
const careful = as("careful");
try {
  await finish(careful, (await submit("warm-up")).jobId);
  const alone = await submitFor(usualSeconds, "alone");
  const isOver = new AbortController();
  const linesBefore = journey.lines.length;
  const answers = Object.entries(attacks).map(([name, attack]) => repeat(name, attack, isOver.signal));
  const attacked = await submitFor(minutes * 60, "under attack");
  isOver.abort();
  const rows = [await judge(alone), await judge(attacked)] as const;
  screen.close();
  report(rows, answers, journey.lines.slice(linesBefore));
} finally {
  screen.close();
  await journey.down();
  issuer.close();
}

function as(subject: string): Ask {
  return async (method, path, body) => {
    const response = await fetch(`${journey.stack.outputs.apiUrl}${path}`, {
      method,
      headers: issuer.headersOf({ sub: subject }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
}

async function submit(jobId: string): Promise<Phase["jobs"][number]> {
  const { status } = await careful("POST", "/jobs", { jobId, payload: { sleepMs: 1_000 } });
  return { jobId, status };
}

async function submitFor(seconds: number, name: string): Promise<Phase> {
  const until = systemClock.now() + seconds * 1_000;
  const submitted: Promise<Phase["jobs"][number]>[] = [];
  while (systemClock.now() < until) {
    submitted.push(submit(`${name.replace(" ", "-")}-${submitted.length}`));
    const secondsLeft = Math.ceil((until - systemClock.now()) / 1_000);
    screen.update(`${name}: ${submitted.length} jobs, ${secondsLeft} s left`);
    await pause(2_000);
  }
  return { name, jobs: await Promise.all(submitted) };
}

/**
 * Counts the answers of one attack, again and again. At most two a second: functions, which on AWS run on machines of their own,
 * share this machine's cores with the workers, so that a faster attack would measure the cores.
 */
function repeat(name: string, attack: (ask: Ask) => Promise<number[]>, isOver: AbortSignal) {
  const statuses = new Map<number, number>();
  const run = async () => {
    while (!isOver.aborted) {
      const paced = pause(500);
      for (const status of await attack(as("hostile"))) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await paced;
    }
  };
  // The stack's end cuts off the last requests.
  run().catch((error: unknown) => isOver.aborted || screen.print(`${name} stopped: ${error}`));
  return { name, statuses };
}

async function finish(ask: Ask, jobId: string): Promise<JobView> {
  for (;;) {
    const job = (await ask("GET", `/jobs/${jobId}?wait=20`)).body as JobView;
    if (isFinished(job.state)) return job;
    screen.update(`waiting for ${jobId}`);
    await pause(500);
  }
}

type Spread = NonNullable<ReturnType<typeof spreadOf>>;
const unknownSpread: Spread = { p50: Number.NaN, p90: Number.NaN, p99: Number.NaN, max: Number.NaN };

interface Judged {
  name: string;
  jobs: number;
  bad: number;
  waits: Spread;
  /** Median. */
  runSeconds: number;
}

async function judge({ name, jobs }: Phase): Promise<Judged> {
  const accepted = jobs.filter(({ status }) => status === 202);
  const waits: number[] = [];
  const runs: number[] = [];
  let bad = jobs.length - accepted.length;
  for (const { jobId } of accepted) {
    const { state, attempts, createdAt, startedAt = "", finishedAt = "" } = await finish(careful, jobId);
    if (state !== "succeeded" || attempts !== 1) bad += 1;
    waits.push(secondsBetween(createdAt, startedAt));
    runs.push(secondsBetween(startedAt, finishedAt));
  }
  const runSeconds = spreadOf(runs)?.p50 ?? Number.NaN;
  return { name, jobs: jobs.length, bad, waits: spreadOf(waits) ?? unknownSpread, runSeconds };
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1_000;
}

function report(
  [alone, attacked]: readonly [Judged, Judged],
  answers: ReturnType<typeof repeat>[],
  lines: readonly string[],
): void {
  const rows = [alone, attacked].map(({ name, jobs, bad, waits }) => [
    name,
    jobs,
    bad,
    ...Object.values(waits).map((seconds) => seconds.toFixed(2)),
  ]);
  console.log(formatTable(["careful owner", "jobs", "refused or failed", "wait p50 s", "p90", "p99", "max"], rows));
  const alarms = new Set(lines.flatMap((line) => /^cloudwatch (\S+) is ALARM/.exec(line)?.[1] ?? []));
  console.log(`\nalarms raised under attack: ${[...alarms].join(", ") || "none"}`);
  const listed = ({ statuses }: ReturnType<typeof repeat>) =>
    [...statuses].map(([status, count]) => `${status}: ${count}`).join(", ");
  console.log(
    `\n${formatTable(
      ["attack", "answers"],
      answers.map((attack) => [attack.name, listed(attack)]),
    )}`,
  );
  const bounds = (["p50", "p90"] as const).map((name) => {
    const most = 2 * alone.waits[name] + alone.runSeconds;
    return { name, waited: attacked.waits[name], most };
  });
  // Written so that NaN fails.
  const hasPassed = alone.bad + attacked.bad === 0 && bounds.every(({ waited, most }) => waited <= most);
  console.log(
    [
      "",
      ...bounds.map(
        ({ name, waited, most }) =>
          `${name}: waited ${waited.toFixed(2)} s under attack; at most ${most.toFixed(2)} s: twice the wait alone plus the ${alone.runSeconds.toFixed(2)} s of a job`,
      ),
      hasPassed ? "Passed" : "Failed",
    ].join("\n"),
  );
  process.exitCode = hasPassed ? 0 : 1;
}
