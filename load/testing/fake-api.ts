import type { Fetch } from "../../client/exchange.ts";
import type { JobView } from "../../contract/http.ts";
import type { Clock } from "../../runtime/clock.ts";

export interface FakeApiOptions {
  clock: Clock;
  /** Times for which a job waits, and then runs. */
  waitMilliseconds?: number;
  runMilliseconds?: number;
  /** Time to answer a request. */
  answerMilliseconds?: number;
  /** Replaces the answer, unless it returns undefined. `index` counts the calls from 0. */
  intercept?(call: string, index: number): { status: number; body?: unknown } | undefined;
  /** Processes the request, and then breaks the connection (`loseAnswer`) or answers 500 (`breakAnswer`). */
  loseAnswer?(call: string, index: number): boolean;
  breakAnswer?(call: string, index: number): boolean;
  onAccepted?(jobId: string): void;
  /** The fault of a job, by its number in the order of acceptance. */
  fault?(index: number): Fault | undefined;
}

/** Accepted and then forgotten; never started; finished a second time some milliseconds after the first; not in lists. */
export type Fault = "forgotten" | "stuck" | { finishesAgainAfter: number } | "hidden from lists";

interface StoredJob {
  jobId: string;
  type: string;
  payload: unknown;
  createdAt: number;
  fault: Fault | undefined;
}

/** The job API in memory, on a clock: all jobs run at once and succeed, except for the given faults. */
export function createFakeApi(options: FakeApiOptions) {
  const { clock, waitMilliseconds = 0, runMilliseconds = 0, answerMilliseconds = 0 } = options;
  const jobs = new Map<string, StoredJob>();
  const objects = new Map<string, string>();
  const calls: { call: string; at: number; headers: Record<string, string>; body: string }[] = [];

  function accept(request: { jobId?: string; type?: string; payload?: unknown; payloadKey?: string }) {
    const jobId = request.jobId ?? `made-${jobs.size}`;
    const payload =
      request.payloadKey === undefined ? request.payload : JSON.parse(objects.get(request.payloadKey) ?? "");
    if (!jobs.has(jobId)) {
      const fault = options.fault?.(jobs.size);
      jobs.set(jobId, { jobId, type: request.type ?? "echo", payload, createdAt: clock.now(), fault });
      options.onAccepted?.(jobId);
    }
    return { accepted: true, jobId };
  }

  function view({ jobId, type, createdAt, fault }: StoredJob): JobView | undefined {
    if (fault === "forgotten") return undefined;
    const queued: JobView = { jobId, type, state: "queued", attempts: 0, maxAttempts: 3, createdAt: iso(createdAt) };
    const startedAt = createdAt + waitMilliseconds;
    if (fault === "stuck" || clock.now() < startedAt) return queued;
    const running: JobView = { ...queued, state: "running", attempts: 1, startedAt: iso(startedAt) };
    const finishedAt = startedAt + runMilliseconds;
    if (clock.now() < finishedAt) return running;
    const again = typeof fault === "object" && clock.now() >= finishedAt + fault.finishesAgainAfter;
    if (!again) return { ...running, state: "succeeded", finishedAt: iso(finishedAt) };
    return { ...running, state: "succeeded", attempts: 2, finishedAt: iso(finishedAt + fault.finishesAgainAfter) };
  }

  function list(query: URLSearchParams) {
    const limit = Number(query.get("limit") ?? 50);
    const from = Number(query.get("cursor") ?? 0);
    const shown = [...jobs.values()].filter(({ fault }) => fault !== "hidden from lists").reverse();
    const page = shown.slice(from, from + limit).flatMap((job) => view(job) ?? []);
    return { jobs: page, ...(from + limit < shown.length ? { cursor: String(from + limit) } : {}) };
  }

  function answer(call: string, url: URL, body: string): { status: number; body?: unknown } {
    const id = url.pathname.split("/")[2] ?? "";
    const job = jobs.get(id);
    const seen = job && view(job);
    if (call === "POST /jobs") return { status: 202, body: accept(JSON.parse(body)) };
    if (call === "POST /jobs/batch") {
      const { jobs: sent } = JSON.parse(body) as { jobs: { jobId: string }[] };
      return { status: 200, body: { outcomes: sent.map((one, index) => ({ index, status: 202, ...accept(one) })) } };
    }
    if (call === "GET /jobs") return { status: 200, body: list(url.searchParams) };
    if (call === "POST /uploads") {
      const objectKey = `object-${objects.size}`;
      return {
        status: 201,
        body: {
          objectKey,
          method: "PUT",
          url: `${url.origin}/objects/${objectKey}?secret=1`,
          headers: { "if-none-match": "*" },
          expiresAt: iso(0),
        },
      };
    }
    if (call.startsWith("PUT /objects/")) {
      objects.set(id, body);
      return { status: 200 };
    }
    if (call.startsWith("GET /objects/")) return { status: 200, body: JSON.parse(objects.get(id) ?? "null") };
    if (seen === undefined)
      return {
        status: 404,
        body: { type: "urn:sluice:problem:not-found", title: "Not Found", status: 404, detail: `no job ${id}` },
      };
    if (call.startsWith("DELETE ")) return { status: seen.state === "running" ? 202 : 200, body: seen };
    if (call.endsWith("/result")) return { status: 200, body: job?.payload };
    return { status: 200, body: seen };
  }

  const fetch: Fetch = async (address, { method, headers, body = "", signal }) => {
    const url = new URL(address);
    const call = `${method} ${url.pathname}`;
    const text = typeof body === "string" ? body : Buffer.from(body).toString();
    const index = calls.push({ call: call + url.search, at: clock.now(), headers, body: text }) - 1;
    const answered = options.intercept?.(call, index) ?? answer(call, url, text);
    const reply = options.breakAnswer?.(call, index) ? { status: 500 } : answered;
    if (answerMilliseconds > 0) await new Promise<void>((resolve) => clock.after(answerMilliseconds, resolve));
    signal.throwIfAborted();
    if (options.loseAnswer?.(call, index)) throw new Error("socket hang up");
    const location = (reply.body as { location?: string } | undefined)?.location ?? null;
    const retryAfter = (reply.body as { retryAfter?: string } | undefined)?.retryAfter ?? null;
    const found: Record<string, string | null> = { location, "retry-after": retryAfter };
    return {
      status: reply.status,
      headers: { get: (name) => found[name] ?? null },
      text: async () => JSON.stringify(reply.body) ?? "",
    };
  };

  return { fetch, calls, jobs, objects, url: "http://api.test" };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
