import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { queryRequestSchema } from "../../contract/query.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import { waitAtMost } from "../../runtime/deadline.ts";
import type { Log } from "../../runtime/log.ts";
import { parseJson } from "../api/http/parse-json.ts";
import { check, Problem, problemOf, refusal } from "../api/http/problem.ts";
import { unavailable } from "./ask-private-api.ts";
import type { Health } from "./health.ts";

export interface QueryServer {
  port: number;
  /** Answers requests that still arrive, and ends when none has arrived for `quietMilliseconds`. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  health: Health;
  clock: Clock;
  log: Log;
  host: string;
  port: number;
}

/** A query has some 1,100 bytes at most, escaped characters aside. */
const mostBodyBytes = 16 * 1024;

/** An answer takes up to 2.5 MB of memory. */
const mostAtOnce = 64;

const timeouts = {
  // A slow client has ten seconds for its request.
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  // Longer than the load balancer's idle timeout of 60 s: otherwise it may send a request into a connection that ends.
  keepAliveTimeout: 65_000,
};

/** Time without a byte after which a connection is closed, for example because the client does not read its answer. */
const idleMilliseconds = 75_000;

/** Serves GET /health and POST /query/user. */
export async function serveQueries({ health, clock, log, host, port }: ServeOptions): Promise<QueryServer> {
  let open = 0;
  let lastRequestAt = clock.now();
  let isStopping = false;
  let onIdle = () => {};

  const server = createServer(timeouts, (request, response) => {
    open += 1;
    lastRequestAt = clock.now();
    response.once("close", () => {
      open -= 1;
      if (open === 0) onIdle();
    });
    if (isStopping) response.setHeader("connection", "close");
    answer(request, response).catch((error: unknown) => {
      const problem = problemOf(error, log);
      if (response.headersSent) return void response.destroy();
      send(response, problem.status, "application/problem+json", JSON.stringify(problem.body()), problem.headers());
    });
  });
  server.setTimeout(idleMilliseconds);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split("?")[0];
    if (path === "/health") {
      allow(request, "GET");
      const view = isStopping ? { status: "stopping" } : health.view();
      // A failing private API makes no task unhealthy: ECS would replace one that works as well as its successor.
      return send(response, isStopping ? 503 : 200, "application/json", JSON.stringify(view));
    }
    if (path !== "/query/user") {
      throw new Problem(404, "not-found", "Not found", `Expected GET /health or POST /query/user; came ${path}.`);
    }
    allow(request, "POST");
    const query = check(
      queryRequestSchema,
      parseJson(await readBody(request, response), { field: "body", prefix: "" }),
    );
    if (open > mostAtOnce) throw unavailable(`This task answers ${mostAtOnce} requests at once, and has ${open}.`);
    const { status, contentType, body } = await health.ask(query);
    send(response, status, contentType, body);
  }

  server.listen(port, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      isStopping = true;
      const deadline = clock.now() + mostStopMilliseconds;
      while (clock.now() - lastRequestAt < quietMilliseconds && clock.now() < deadline) await sleep(clock, 100);
      server.close();
      const idle = new Promise<void>((resolve) => {
        onIdle = resolve;
        if (open === 0) resolve();
      });
      await waitAtMost(clock, Math.max(0, deadline - clock.now()), idle);
      server.closeAllConnections();
    },
  };
}

/** ECS takes a task out of the target group before it stops it. Nodes of the load balancer may learn of it a moment later. */
const quietMilliseconds = 1_000;
/** Below the container's stop timeout of 30 s. */
const mostStopMilliseconds = 20_000;

function allow({ method }: IncomingMessage, allowed: string): void {
  if (method === allowed) return;
  throw new Problem(405, "method", "Method not allowed", `Expected ${allowed}; came ${method}.`);
}

async function readBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  const contentType = request.headers["content-type"];
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? "")) {
    const came = contentType ?? "nothing";
    throw refusal(415, "not-json", "The Content-Type is not JSON", [
      { field: "Content-Type", expected: "application/json", came },
    ]);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > mostBodyBytes) {
      // The rest of the body is not read.
      response.setHeader("connection", "close");
      const expected = `at most ${mostBodyBytes} bytes`;
      throw refusal(413, "too-large", "The request is too large", [{ field: "body", expected, came: "more" }]);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(body);
}
