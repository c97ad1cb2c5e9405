import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { workerNodeFlags } from "../../contract/memory-budget.ts";
import { ownersTable } from "../../contract/owners-table.ts";
import { scalingTable } from "../../contract/scaling-table.ts";
import { imageContext } from "../../infra/bundle.ts";
import { formatHelp, number, text } from "../../report/flag-kinds.ts";
import { readCommandLine } from "../../report/flags.ts";
import { createLiveLine } from "../../report/live-line.ts";
import { formatTable } from "../../report/table.ts";
import { describeTable } from "../../runtime/testing/describe-table.ts";
import { describeJobsTable } from "../../services/jobs/testing/local-table.ts";
import { reportFigures } from "../judge-figures.ts";
import {
  type Contender,
  playRound,
  type Round,
  type Surroundings,
  slots,
  startContender,
  stopContender,
  writeJobs,
} from "./contender.ts";
import { descendantsOf, memoryMegabytes } from "./process-usage.ts";
import type { QueueEmulator } from "./queue-emulator.ts";
import { startRemote } from "./remote.ts";
import type { TableEmulator } from "./table-emulator.ts";

/*
 * `npm run bench:worker`: Sluice's worker, as it is deployed, beside sqs-consumer. Each has a table and a queue of its own in the same
 * emulators. They take turns, and medians count, because the load of the machine changes.
 */

const flags = {
  jobs: number("N", "jobs in each warm round; default 3000", { least: 100, most: 100_000, isWhole: true }, 3_000),
  rounds: number("N", "rounds of each contender; default 4", { least: 1, most: 100, isWhole: true }, 4),
  profile: text("FOLDER", "writes CPU profiles of Sluice's workers there", undefined),
};
const given = readCommandLine(
  { command: "npm run bench:worker --", flags, args: process.argv.slice(2) },
  ({ values }) => values,
);
if (given.isHelp) {
  process.stdout.write(formatHelp("Measures the worker beside sqs-consumer, on emulators.", flags));
  process.exit(0);
}
const { jobs: warmJobs, rounds, profile } = given;
const coldJobs = 300;
/** So many, because the slots run empty at the end of a round, which counts as idle. */
const sleepJobs = warmJobs / 2;
const sleepMilliseconds = 50;

const line = createLiveLine(process.stderr);
const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
const around = await openSurroundings();
const started: ChildProcess[] = [];
try {
  await run();
} finally {
  await Promise.all(started.map(stopContender));
  await Promise.all([around.queues.stop(), around.tables.stop()]);
  around.client.destroy();
  rmSync(folder, { recursive: true });
}
if (process.connected) process.disconnect();

async function run(): Promise<void> {
  const contenders = await openContenders();
  const { sluice } = contenders;
  const cold = await repeat("cold start", (turn) => measureStart(turn, sluice));

  const running = new Map(Object.values(contenders).map((contender) => [contender, start(contender)]));
  const play = (name: keyof Contenders, jobs: number, payload: object) => {
    const contender = contenders[name];
    return playRound(around, contender, running.get(contender) as ChildProcess, jobs, payload);
  };
  const playEach = async <Name extends keyof Contenders>(names: readonly Name[], jobs: number, payload: object) => {
    const rounds: Partial<Record<Name, Round>> = {};
    for (const name of names) rounds[name] = await play(name, jobs, payload);
    return rounds as Record<Name, Round>;
  };
  const all = Object.keys(contenders) as (keyof Contenders)[];
  line.update("warm-up");
  await playEach(all, warmJobs, {});
  const warm = await repeat("warm", () => playEach(all, warmJobs, {}));
  const sleeping = await repeat("jobs of 50 ms", () =>
    playEach(["sluice", "same"], sleepJobs, { sleepMs: sleepMilliseconds }),
  );
  const memory = measureMemory(running.get(sluice) as ChildProcess);
  line.close();

  const of = (name: keyof Contenders) => medians(warm.map((round) => round[name]));
  const at50 = (name: "sluice" | "same") => medians(sleeping.map((round) => round[name]));
  const titles = ["warm", "jobs/s", "table calls", "queue calls", "worker ms", "runner ms", "table ms", "table busy"];
  const rows = all.map((name) => row(contenders[name].name, of(name)));
  console.log(formatTable(titles, rows));
  console.log(
    `jobs of ${sleepMilliseconds} ms: Sluice ${Math.round(at50("sluice").jobsPerSecond)} a second, sqs-consumer ${Math.round(at50("same").jobsPerSecond)} with ${percent(at50("same").busySlots)} of its slots busy`,
  );
  console.log(
    `memory: worker ${memory.worker.toFixed(0)} MiB, each of ${memory.runners} runners with its guard ${memory.runner.toFixed(1)} MiB`,
  );
  console.log(`start: first receive after ${median(cold.map(({ receive }) => receive)).toFixed(0)} ms`);
  const ours = of("sluice");
  const ratio = (peer: "same" | "tiny") =>
    median(warm.map((round) => round.sluice.jobsPerSecond / round[peer].jobsPerSecond));
  reportFigures([
    { name: "sqs-consumer, same fields", measured: ratio("same"), unit: "x", atLeast: 1.3 },
    { name: "sqs-consumer, tiny writes", measured: ratio("tiny"), unit: "x", atLeast: 1.1, reached: 1.05 },
    { name: "calls of a job", measured: ours.tableCallsPerJob + ours.queueCallsPerJob, unit: "calls", atMost: 2.3 },
    { name: "queue calls of a job", measured: ours.queueCallsPerJob, unit: "calls", atMost: 0.35 },
    { name: "CPU of a job in the worker", measured: ours.workerMilliseconds, unit: "ms", atMost: 1.3 },
    { name: "CPU of a job in its runner", measured: ours.runnerMilliseconds, unit: "ms", atMost: 0.25 },
    {
      name: `first ${coldJobs} jobs`,
      measured: median(cold.map((one) => one.jobsPerSecond)),
      unit: "jobs/s",
      atLeast: 300,
    },
    { name: "slots busy, 50 ms jobs", measured: at50("sluice").busySlots * 100, unit: "%", atLeast: 97 },
    {
      name: "start to first job",
      measured: median(cold.map(({ claim }) => claim)),
      unit: "ms",
      atMost: 100,
    },
  ]);
}

/** Starts a worker that finds messages in its queue. Times count from its start, jobs per second from its first receive. */
async function measureStart(turn: number, model: Contender) {
  const contender = { ...model, ...(await openPlaces(`cold-${turn}`)) };
  contender.environment = { ...model.environment, JOBS_TABLE_NAME: contender.tableName, QUEUE_URL: contender.queueUrl };
  await around.queues.send(contender.queueUrl, await writeJobs(around, contender, coldJobs, {}));
  const received = around.queues.untilReceive(contender.queueUrl);
  const claimed = around.tables.untilClaim();
  const startedAt = performance.timeOrigin + performance.now();
  const child = start(contender);
  const round = await around.queues.untilDeleted(contender.queueUrl);
  await stopContender(child);
  return {
    receive: (await received) - startedAt,
    claim: (await claimed) - startedAt,
    jobsPerSecond: (coldJobs / (round?.milliseconds ?? Number.NaN)) * 1_000,
  };
}

function measureMemory({ pid = 0 }: ChildProcess) {
  const all = descendantsOf(pid);
  // Each runner has one guard, a child process.
  const runners = all.length / 2;
  return {
    worker: memoryMegabytes(pid),
    runners,
    runner: all.map(memoryMegabytes).reduce((total, each) => total + each, 0) / runners,
  };
}

async function openSurroundings(): Promise<Surroundings> {
  const queues = startRemote<QueueEmulator>(new URL("./queue-emulator.ts", import.meta.url));
  const tables = startRemote<TableEmulator>(new URL("./table-emulator.ts", import.meta.url));
  const base = new DynamoDBClient({
    endpoint: await tables.endpoint(),
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  for (const [name, keys] of Object.entries({ scaling: scalingTable, owners: ownersTable })) {
    await base.send(new CreateTableCommand(describeTable(name, keys)));
  }
  return { queues, tables, client: DynamoDBDocumentClient.from(base) };
}

/** A jobs table and a queue. */
async function openPlaces(name: string): Promise<{ tableName: string; queueUrl: string }> {
  await around.client.send(new CreateTableCommand(describeJobsTable(name)) as never);
  return { tableName: name, queueUrl: await around.queues.createQueue(name) };
}

type Contenders = Awaited<ReturnType<typeof openContenders>>;

async function openContenders() {
  const image = await imageContext(
    "bench-worker",
    ["services/worker/main.ts", "services/worker/runner.ts"],
    "services/worker/Dockerfile",
  );
  const aws = {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: await around.tables.endpoint(),
    AWS_ENDPOINT_URL_SQS: await around.queues.endpoint(),
    SLOTS: String(slots),
  };
  const sluice = await openPlaces("sluice");
  const peer = async (fields: "same" | "tiny", file = "peer") => {
    const places = await openPlaces(`${file}-${fields}`);
    const environment = { ...aws, TABLE_NAME: places.tableName, QUEUE_URL: places.queueUrl, FIELDS: fields };
    return { ...places, environment, command: [fileURLToPath(new URL(`./${file}.ts`, import.meta.url))] };
  };
  return {
    sluice: {
      name: "Sluice",
      ...sluice,
      command: [
        ...workerNodeFlags,
        ...(profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`]),
        join(image, "main.mjs"),
      ],
      environment: {
        ...aws,
        JOBS_TABLE_NAME: sluice.tableName,
        QUEUE_URL: sluice.queueUrl,
        DEAD_LETTER_QUEUE_URL: sluice.queueUrl,
        ARTIFACTS_BUCKET_NAME: "none",
        VISIBILITY_SECONDS: "60",
        RETENTION_DAYS: "7",
        TASK_MEMORY_MEGABYTES: "4096",
        FRESH_RUNNER: "owner",
        STOP_TIMEOUT_SECONDS: "30",
        JOB_TIMEOUT_SECONDS: "60",
        LIVENESS_FILE: join(folder, "alive"),
        TEST_CONTROLS: "on",
        TRACING: "off",
        SCALING_TABLE_NAME: "scaling",
        REPORT_SECONDS: "5",
        OWNERS_TABLE_NAME: "owners",
        OWNER_MAX_WAITING_JOBS: "100000",
        OWNER_MAX_RUNNING_JOBS: "1000",
      },
    },
    same: { name: "sqs-consumer, same fields", ...(await peer("same")) },
    tiny: { name: "sqs-consumer, tiny writes", isTiny: true, ...(await peer("tiny")) },
    bareSame: { name: "bare calls, same fields", ...(await peer("same", "bare")) },
    bareTiny: { name: "bare calls, tiny writes", isTiny: true, ...(await peer("tiny", "bare")) },
  } satisfies Record<string, Contender>;
}

function start(contender: Contender): ChildProcess {
  const child = startContender(contender, join(folder, "log"));
  started.push(child);
  return child;
}

async function repeat<Value>(what: string, measure: (turn: number) => Promise<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for (let turn = 0; turn < rounds; turn++) {
    line.update(`${what}: round ${turn + 1} of ${rounds}`);
    values.push(await measure(turn));
  }
  return values;
}

function row(name: string, warm: Round) {
  return [
    name,
    Math.round(warm.jobsPerSecond),
    Number(warm.tableCallsPerJob.toFixed(2)),
    Number(warm.queueCallsPerJob.toFixed(2)),
    Number(warm.workerMilliseconds.toFixed(2)),
    Number(warm.runnerMilliseconds.toFixed(2)),
    Number(warm.tableMilliseconds.toFixed(2)),
    percent(warm.tableBusy),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function medians(all: Round[]): Round {
  const names = Object.keys(all[0] ?? {}) as (keyof Round)[];
  return Object.fromEntries(names.map((name) => [name, median(all.map((round) => round[name]))])) as unknown as Round;
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
