import type { JobView } from "../contract/http.ts";
import { queryReplySchema } from "../contract/query.ts";
import { AppError } from "../runtime/errors.ts";
import { jsonOrUndefined } from "../runtime/json-or-undefined.ts";

/** The calls that the checks make to a stack. */
export interface World {
  /** Sends a request to the query service. */
  askQueryService(path: string, body?: object): Promise<{ status: number; text: string }>;
  submit(): Promise<string>;
  /** Resolves when the job has ended. */
  waitFor(jobId: string): Promise<JobView>;
  /** The newest lines of the query service's log. */
  readLog(): Promise<string[]>;
  /** The owner whose jobs `query` reads. */
  user: string;
}

export const checkNames = ["health", "job", "query", "flow", "logs"] as const;

export type CheckName = (typeof checkNames)[number];

/** Each check returns a line that says what was seen, or throws an AppError that says what was expected. */
export const checks: Record<CheckName, (world: World) => Promise<string>> = {
  async health({ askQueryService }) {
    const { status, text } = await askQueryService("/health");
    const state = (jsonOrUndefined(text) as { status?: string } | undefined)?.status;
    if (status !== 200 || (state !== "ok" && state !== "starting")) {
      throw unexpected("200 with the status ok from GET /health", `${status} ${shorten(text)}`);
    }
    return `GET /health answered 200, ${state}`;
  },

  async job({ submit, waitFor }) {
    const jobId = await submit();
    const { state, attempts } = await waitFor(jobId);
    if (state !== "succeeded") throw unexpected(`job ${jobId} to succeed`, `the state ${state}`);
    return `job ${jobId} succeeded after ${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
  },

  async query(world) {
    const jobs = await readJobs(world, 5);
    const [newest] = jobs;
    return `${jobs.length} jobs of ${world.user}${newest ? `; the newest is ${newest.jobId}, ${newest.state}` : ""}`;
  },

  async flow(world) {
    const jobId = await world.submit();
    await world.waitFor(jobId);
    const jobs = await readJobs(world, 100);
    const found = jobs.find((job) => job.jobId === jobId);
    if (!found) {
      const hint = "--user names the owner whose jobs are read; jobs of this machine's credentials have another one";
      throw unexpected(`job ${jobId} among the jobs of ${world.user}`, `${jobs.length} others; ${hint}`);
    }
    if (found.state !== "succeeded") throw unexpected(`job ${jobId} to have succeeded`, `the state ${found.state}`);
    const result = found.resultUrl ?? JSON.stringify(found.result);
    return `job ${jobId} went through API, queue and worker, and the query service returns its result: ${shorten(result)}`;
  },

  async logs({ readLog }) {
    const lines = await readLog();
    const entries = lines.map((line) => jsonOrUndefined(line) as { part?: string; level?: number } | undefined);
    const own = entries.filter((entry) => entry?.part === "query");
    if (own.length === 0) throw unexpected("lines of the query service in its log", `${lines.length} lines`);
    const errors = own.filter((entry) => (entry?.level ?? 0) >= 50).length;
    return `${own.length} lines of the query service, ${errors} of them errors`;
  },
};

async function readJobs({ askQueryService, user }: World, limit: number): Promise<JobView[]> {
  const { status, text } = await askQueryService("/query/user", { user_id: user, limit });
  const reply = queryReplySchema.safeParse(jsonOrUndefined(text));
  if (status !== 200 || !reply.success)
    throw unexpected("200 with jobs from POST /query/user", `${status} ${shorten(text)}`);
  return reply.data.jobs;
}

function unexpected(expected: string, came: string): AppError {
  return new AppError("unexpected", `expected ${expected}; came ${came}`);
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
