import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobView } from "../../contract/http.ts";
import { type JobEvent, jobEventSchema } from "../../contract/job-event.ts";
import type { JobMessage } from "../../contract/job-message.ts";
import { startInline } from "../../infra/testing/start-inline.ts";
import { systemClock } from "../../runtime/clock.ts";
import { Processes } from "../processes/processes.ts";
import { claimRunFolder } from "../processes/run-folder.ts";
import { type Stack, startStack } from "../start-stack.ts";
import { expireLease, watchReceipts } from "./expire-lease.ts";
import { type Finishes, watchFinishes } from "./watch-finishes.ts";

/** Long leases, so that none expires on a busy machine. A test that needs an expired lease ends it itself. */
const calm = {
  "sluice:visibilitySeconds": "60",
  "sluice:sweepAfterSeconds": "2",
  "sluice:minTasks": "1",
  "sluice:slots": "4",
  "sluice:stopTimeoutSeconds": "30",
};

export interface Journey {
  stack: Stack;
  finishes: Finishes;
  lines: string[];
  post(body: object, headers?: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }>;
  get(jobId: string): Promise<JobView>;
  /** Events in a queue that is subscribed to them. */
  events(queueName: string): JobEvent[];
  /** Mails that were sent, in the order of their times. */
  mails(): Promise<string[]>;
  /** Ids of the jobs whose messages lie in the dead-letter queue. */
  deadLetterJobIds(): string[];
  /** Resolves with the job once it has finished. */
  finished(jobId: string): Promise<JobView>;
  /** Ends the lease of a killed worker. */
  expireLease(jobId: string): Promise<void>;
  down(): Promise<void>;
}

/** Starts the whole stack as `npm start` does, in a folder of its own. Only the Pulumi program runs in this process instead of its own. */
export async function startJourney(
  options: { config?: Record<string, string>; speed?: number; program?: string } = {},
): Promise<Journey> {
  const directory = await mkdtemp(join(tmpdir(), "sluice-journey-"));
  const runFolder = await claimRunFolder(join(directory, "run"));
  const processes = new Processes({ runFolder, clock: systemClock, onEvent: () => {} });
  const cleanUp = async () => {
    await processes.close();
    await runFolder.release();
    await rm(directory, { recursive: true, force: true });
  };
  const lines: string[] = [];
  const stack = await startStack({
    clock: systemClock,
    processes,
    directory: runFolder.path,
    apiPort: 0,
    speed: options.speed ?? 30,
    config: { ...calm, ...options.config },
    ...(options.program ? { program: options.program } : { start: startInline }),
    onLine: (source, line) => void lines.push(`${source} ${line}`),
  }).catch(async (error: unknown) => {
    await cleanUp();
    throw error;
  });
  const finishes = watchFinishes(stack.cloud);
  const receipts = watchReceipts(stack.cloud);
  const url = stack.outputs.apiUrl ?? "";

  const get = async (jobId: string) => (await (await fetch(`${url}/jobs/${jobId}`)).json()) as JobView;
  return {
    stack,
    finishes,
    lines,
    async post(body, headers = {}) {
      const response = await fetch(`${url}/jobs`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    get,
    events: (queueName) =>
      stack.cloud.sqs
        .peek(queueName)
        .map(({ body }) => jobEventSchema.parse(JSON.parse((JSON.parse(body) as { Message: string }).Message))),
    async mails() {
      const folder = join(runFolder.path, "mails");
      await mkdir(folder, { recursive: true });
      return Promise.all((await readdir(folder)).sort().map((file) => readFile(join(folder, file), "utf8")));
    },
    deadLetterJobIds: () =>
      stack.cloud.sqs
        .peek(String(stack.outputs.deadLetterQueueUrl).split("/").at(-1) ?? "")
        .map(({ body }) => (JSON.parse(body) as JobMessage).jobId),
    async finished(jobId) {
      await finishes.when(jobId);
      return get(jobId);
    },
    expireLease: (jobId) =>
      expireLease(stack.cloud, stack.outputs.jobsTableName ?? "", jobId, () => receipts.get(jobId)),
    async down() {
      await stack.down();
      await cleanUp();
    },
  };
}
