import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { BatchWriteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { jobsTable } from "../../contract/jobs-table.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import { toRecord } from "../../services/jobs/job-record.ts";
import { writeMessageBody } from "../../services/jobs/message-body.ts";
import { sampleJob } from "../../services/jobs/testing/sample-job.ts";
import { cpuMilliseconds, descendantsOf } from "./process-usage.ts";
import type { QueueEmulator } from "./queue-emulator.ts";
import type { Remote } from "./remote.ts";
import type { TableEmulator } from "./table-emulator.ts";

/** The emulators, each in a process of its own. */
export interface Surroundings {
  queues: Remote<QueueEmulator>;
  tables: Remote<TableEmulator>;
  client: DynamoDBDocumentClient;
}

/** A worker to be measured, with a table and a queue of its own. */
export interface Contender {
  name: string;
  tableName: string;
  queueUrl: string;
  /** Node's arguments. */
  command: readonly string[];
  environment: Record<string, string>;
  /** Writes the state of a job alone. */
  isTiny?: boolean;
}

/** One round of jobs. */
export interface Round {
  jobsPerSecond: number;
  tableCallsPerJob: number;
  queueCallsPerJob: number;
  /** CPU time per job, of the worker's process and of its descendants. */
  workerMilliseconds: number;
  runnerMilliseconds: number;
  /** CPU time per job of the table's emulator, and its share of the time. Its process has one thread, so that the share is at most 1. */
  tableMilliseconds: number;
  tableBusy: number;
  /** Share of the time, from the first message to the last delete, that slots had a job: from its claim to its written end. */
  busySlots: number;
}

export function startContender({ command, environment, name }: Contender, logFile: string): ChildProcess {
  const output = openSync(logFile, "a");
  const child = spawn(process.execPath, command, {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", output, output],
  });
  child.on("exit", (code) => {
    if (code) console.error(`${name} ended with code ${code}:\n${readFileSync(logFile, "utf8").slice(-2_000)}`);
  });
  closeSync(output);
  return child;
}

export async function stopContender(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** Writes the records of new jobs. Returns their messages. */
export async function writeJobs(
  { client }: Surroundings,
  { tableName, isTiny }: Contender,
  count: number,
  payload: object,
): Promise<string[]> {
  const now = Date.now();
  const jobs = Array.from({ length: count }, () =>
    sampleJob({
      jobId: crypto.randomUUID(),
      stateSince: now,
      createdAt: now,
      payload: { json: JSON.stringify(payload) },
    }),
  );
  const items = jobs.map((job) => {
    const record = toRecord(job, "", 7);
    return isTiny ? { [jobsTable.hashKey]: record[jobsTable.hashKey], state: job.state } : record;
  });
  const pages = Array.from({ length: Math.ceil(count / 25) }, (_, page) => items.slice(page * 25, page * 25 + 25));
  await atMostAtOnce(4, pages, async (page) => {
    const requests = page.map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }));
  });
  return jobs.map((job) => writeMessageBody(job, now));
}

/** Lets a running contender work through new jobs. */
export async function playRound(
  around: Surroundings,
  contender: Contender,
  { pid = 0 }: ChildProcess,
  jobs: number,
  payload: object,
): Promise<Round> {
  const bodies = await writeJobs(around, contender, jobs, payload);
  const before = usage(pid);
  await around.tables.begin();
  await around.queues.send(contender.queueUrl, bodies);
  const queue = await around.queues.untilDeleted(contender.queueUrl);
  const table = await around.tables.end();
  const after = usage(pid);
  if (queue === undefined) throw new Error(`${contender.name}: expected a round of messages; there is none`);
  return {
    jobsPerSecond: (jobs / queue.milliseconds) * 1_000,
    tableCallsPerJob: sum(table.calls) / jobs,
    queueCallsPerJob: sum(queue.calls) / jobs,
    workerMilliseconds: (after.worker - before.worker) / jobs,
    runnerMilliseconds: (after.runners - before.runners) / jobs,
    tableMilliseconds: table.cpuMilliseconds / jobs,
    tableBusy: table.cpuMilliseconds / queue.milliseconds,
    busySlots: table.slotMilliseconds / queue.milliseconds / slots,
  };
}

export const slots = 10;

function usage(pid: number): { worker: number; runners: number } {
  const runners = descendantsOf(pid).map(cpuMilliseconds);
  return { worker: cpuMilliseconds(pid), runners: runners.reduce((total, each) => total + each, 0) };
}

function sum(calls: Record<string, number>): number {
  return Object.values(calls).reduce((total, each) => total + each, 0);
}
