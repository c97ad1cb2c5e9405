import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { type Ask, askPrivateApi } from "./ask-private-api.ts";
import { watchHealth } from "./health.ts";
import { type QueryServer, serveQueries } from "./serve-queries.ts";

const answered: Ask = async ({ user_id }) => ({
  status: 200,
  contentType: "application/json",
  body: JSON.stringify({ user_id, jobs: [] }),
});

let clock: ManualClock;
let server: QueryServer;
beforeEach(() => {
  clock = new ManualClock(1_000);
});
afterEach(async () => {
  const stopped = server.stop();
  await clock.advance(20_000);
  await stopped;
});

async function start(ask: Ask = answered): Promise<string> {
  const health = watchHealth(ask, clock);
  server = await serveQueries({ health, clock, log: silentLog, host: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${server.port}`;
}

function post(url: string, body: string, headers: Record<string, string> = { "content-type": "application/json" }) {
  return fetch(`${url}/query/user`, { method: "POST", headers, body });
}

describe("POST /query/user", () => {
  it("passes the answer of the private API on", async () => {
    const url = await start();

    const response = await post(url, '{"user_id":"ann","limit":3}');

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ user_id: "ann", jobs: [] });
  });

  it("asks for fifty jobs by default", async () => {
    const asked: unknown[] = [];
    const url = await start(async (request) => {
      asked.push(request);
      return answered(request);
    });

    await post(url, '{"user_id":"ann"}');

    expect(asked).toEqual([{ user_id: "ann", limit: 50 }]);
  });

  it.each([
    ["no JSON", "ann", "body"],
    ["nothing", "", "body"],
    ["a list", "[]", "body"],
    ["no owner", "{}", "user_id"],
    ["an empty owner", '{"user_id":""}', "user_id"],
    ["a number as owner", '{"user_id":7}', "user_id"],
    ["an owner too long for one", JSON.stringify({ user_id: "x".repeat(1_025) }), "user_id"],
    ["half a surrogate pair in the owner", '{"user_id":"a\\ud800"}', "user_id"],
    ["limit 0", '{"user_id":"ann","limit":0}', "limit"],
    ["limit 101", '{"user_id":"ann","limit":101}', "limit"],
    ["limit 1.5", '{"user_id":"ann","limit":1.5}', "limit"],
    ["a limit as text", '{"user_id":"ann","limit":"5"}', "limit"],
    ["an unknown field", '{"user_id":"ann","state":"queued"}', "state"],
  ])("refuses %s with 400, and names the field", async (_name, body, field) => {
    const url = await start();

    const response = await post(url, body);

    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 400, errors: [{ field }] });
  });

  it("refuses another content type with 415, and a large body with 413", async () => {
    const url = await start();

    const statuses = [
      (await post(url, "{}", { "content-type": "text/plain" })).status,
      (await post(url, JSON.stringify({ user_id: "x".repeat(20_000) }))).status,
    ];

    expect(statuses).toEqual([415, 413]);
  });

  it("answers 404 for other paths and 405 for other methods", async () => {
    const url = await start();

    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    expect((await fetch(`${url}/query/user`)).status).toBe(405);
    expect((await fetch(`${url}/health`, { method: "POST" })).status).toBe(405);
  });
});

describe("with the private API away", () => {
  const options = { url: "https://private", sign: async () => ({}), log: silentLog };

  it.each([
    ["it cannot be reached", () => Promise.reject(new TypeError("fetch failed"))],
    ["it fails", async () => new Response("{}", { status: 503 })],
    ["it refuses the task", async () => new Response("{}", { status: 403 })],
    ["it has no capacity left", async () => new Response("{}", { status: 429 })],
  ])("answers 503 with Retry-After when %s, and its health says so", async (_name, send) => {
    const url = await start(askPrivateApi({ ...options, send, clock }));

    const response = await post(url, '{"user_id":"ann"}');

    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ status: "degraded", since: "1970-01-01T00:00:01.000Z" });
  });

  it("answers 503 after four seconds without an answer", async () => {
    const sent = Promise.withResolvers<void>();
    const send = (_url: unknown, init?: RequestInit) =>
      new Promise<Response>((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
        sent.resolve();
      });
    const url = await start(askPrivateApi({ ...options, send, clock }));

    const response = post(url, '{"user_id":"ann"}');
    await sent.promise;
    await clock.advance(4_000);

    expect((await response).status).toBe(503);
  });

  it("is healthy again after the next query that succeeds", async () => {
    let isAway = true;
    const url = await start(async (request) => {
      if (isAway) throw new Error("away");
      return answered(request);
    });
    await post(url, '{"user_id":"ann"}');
    isAway = false;

    await post(url, '{"user_id":"ann"}');

    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: "ok" });
  });
});

describe("GET /health", () => {
  it("sends a query of its own when nobody has asked for ten seconds", async () => {
    let asked = 0;
    const url = await start(async (request) => {
      asked += 1;
      return answered(request);
    });

    const states: unknown[] = [];
    for (const wait of [0, 0, 10_000, 0]) {
      await clock.advance(wait);
      states.push(((await (await fetch(`${url}/health`)).json()) as { status: string }).status);
    }

    expect(states).toEqual(["starting", "ok", "ok", "ok"]);
    expect(asked).toBe(2);
  });
});

describe("many and slow clients", () => {
  it("do not keep others from their answers", async () => {
    const url = await start();
    const sockets = await Promise.all(
      Array.from({ length: 1_000 }, async (_, index) => {
        const socket = connect(server.port, "127.0.0.1");
        await once(socket, "connect");
        // Half of them begin a request that they do not end.
        if (index % 2 === 0) socket.write("POST /query/user HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
        socket.on("error", () => {});
        return socket;
      }),
    );

    const response = await post(url, '{"user_id":"ann"}');

    expect(response.status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  it("get 503 beyond 64 queries at once", async () => {
    const go = Promise.withResolvers<void>();
    let waiting = 0;
    const full = Promise.withResolvers<void>();
    const url = await start(async (request) => {
      waiting += 1;
      if (waiting === 64) full.resolve();
      await go.promise;
      return answered(request);
    });

    const first = Array.from({ length: 64 }, () => post(url, '{"user_id":"ann"}'));
    await full.promise;
    const late = await post(url, '{"user_id":"ann"}');
    go.resolve();

    expect(late.status).toBe(503);
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual(Array(64).fill(200));
  });
});

it("answers what it has begun before it stops, and says that it stops", async () => {
  const go = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const url = await start(async (request) => {
    begun.resolve();
    await go.promise;
    return answered(request);
  });
  const open = post(url, '{"user_id":"ann"}');
  await begun.promise;

  const stopped = server.stop();
  const health = await fetch(`${url}/health`);
  go.resolve();

  expect((await open).status).toBe(200);
  await clock.advance(1_000);
  await stopped;
  expect(health.status).toBe(503);
  expect(health.headers.get("connection")).toBe("close");
  await expect(fetch(`${url}/health`)).rejects.toThrow("fetch failed");
});
