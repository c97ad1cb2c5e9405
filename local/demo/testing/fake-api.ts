import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { JobView } from "../../../contract/http.ts";
import type { Json } from "../../../contract/job.ts";

export interface ReceivedJob {
  jobId: string;
  type: string;
  payload: { text?: string; objectKey?: string };
}

interface Reply {
  status: number;
  body?: Json | JobView;
  location?: string;
}

export interface FakeApiOptions {
  /** Chooses the outcome of a job by the bytes that were sent. */
  finish(bytes: Uint8Array, jobId: string): Pick<JobView, "state" | "result" | "error">;
  /** May replace the API's answer to a call, which is named like "POST /jobs". */
  intercept?(call: string): Reply | undefined;
}

/**
 * The job API in memory. A job is queued at the first request for it, then running, then finished. Closed by `await
 * using`.
 */
export async function startFakeApi({ finish, intercept = () => undefined }: FakeApiOptions) {
  const jobs = new Map<string, ReceivedJob & { looks: number }>();
  const objects = new Map<string, Uint8Array>();
  const results = new Map<string, Json>();
  const calls: string[] = [];
  let url = "";

  function answer(call: string, path: string, body: Buffer): Reply {
    const id = path.split("/").at(-1) ?? "";
    if (call === "POST /jobs") return acceptJob(JSON.parse(body.toString()));
    if (call.startsWith("GET /jobs/") && id === "result")
      return { status: 303, location: `${url}/results/${path.split("/").at(-2)}` };
    if (call.startsWith("GET /jobs/")) return { status: 200, body: viewJob(id) };
    if (call.startsWith("GET /results/")) return { status: 200, body: results.get(id) ?? null };
    if (call === "POST /uploads") return { status: 201, body: offerUpload() };
    if (call.startsWith("PUT /objects/")) {
      objects.set(id, body);
      return { status: 200 };
    }
    return { status: 404 };
  }

  function acceptJob(job: ReceivedJob): Reply {
    jobs.set(job.jobId, { ...job, looks: 0 });
    return { status: 202, body: { accepted: true, jobId: job.jobId } };
  }

  function offerUpload() {
    const objectKey = `object-${objects.size + 1}`;
    objects.set(objectKey, new Uint8Array());
    return {
      objectKey,
      method: "PUT",
      url: `${url}/objects/${objectKey}?signature=secret`,
      headers: { "if-none-match": "*" },
      expiresAt: isoTime(900),
    };
  }

  function viewJob(jobId: string): JobView {
    const job = jobs.get(jobId);
    if (job === undefined) throw new Error(`expected a job that was sent; came ${jobId}`);
    const view: JobView = {
      jobId,
      type: job.type,
      state: "queued",
      attempts: 0,
      maxAttempts: 3,
      createdAt: isoTime(0),
    };
    const looks = job.looks++;
    if (looks === 0) return view;
    const started: JobView = { ...view, state: "running", attempts: 1, startedAt: isoTime(1) };
    if (looks === 1) return started;

    const { text, objectKey = "" } = job.payload;
    const { result, ...end } = finish(
      text === undefined ? (objects.get(objectKey) ?? new Uint8Array()) : Buffer.from(text),
      jobId,
    );
    const finished: JobView = { ...started, ...end, finishedAt: isoTime(3) };
    if (result === undefined || objectKey === "") return { ...finished, ...(result === undefined ? {} : { result }) };
    results.set(jobId, result);
    return { ...finished, resultUrl: `${url}/results/${jobId}` };
  }

  async function serve(request: IncomingMessage): Promise<Reply> {
    const { pathname } = new URL(request.url ?? "", url);
    const call = `${request.method} ${pathname}`;
    const body = await buffer(request);
    calls.push(call);
    return intercept(call) ?? answer(call, pathname, body);
  }

  const server = createServer((request, response) => {
    serve(request).then(
      ({ status, body, location }) =>
        response
          .writeHead(status, location === undefined ? {} : { location })
          .end(body === undefined ? undefined : JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    calls,
    jobs,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
