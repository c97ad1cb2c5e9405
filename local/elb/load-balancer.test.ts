import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { LoadBalancer } from "./load-balancer.ts";
import { TargetGroup, type TargetState } from "./target-group.ts";

let clock: ManualClock;
let group: TargetGroup;
let balancer: LoadBalancer;
let servers: Server[];
beforeEach(async () => {
  clock = new ManualClock();
  servers = [];
  group = new TargetGroup({
    clock,
    healthCheck: {
      path: "/health",
      intervalMilliseconds: 30_000,
      timeoutMilliseconds: 5_000,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    },
    deregistrationMilliseconds: 30_000,
  });
  balancer = new LoadBalancer({ clock, idleMilliseconds: 60_000 });
  balancer.targetGroup = group;
  await balancer.listen();
});
afterEach(async () => {
  await balancer.close();
  group.close();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
    if (server.listening) await once(server, "close");
  }
});

/** Registers a target and waits for its first check. */
async function register(id: string, listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const checked = once(group.events, "checked");
  group.register(id, "127.0.0.1", (server.address() as AddressInfo).port);
  await checked;
  return server;
}

/** Waits for the next check of the only target, and returns the target's state. */
async function nextCheck(): Promise<TargetState> {
  const checked = once(group.events, "checked") as Promise<[{ state: TargetState }]>;
  await clock.advance(30_000);
  return (await checked)[0].state;
}

function saying(id: string): RequestListener {
  return (request, response) => {
    request.resume();
    response.end(id);
  };
}

const get = async (path = "/") => {
  const response = await fetch(`http://${balancer.address}${path}`);
  return { status: response.status, text: await response.text() };
};

it("sends requests to healthy targets in turn", async () => {
  await register("a", saying("a"));
  await register("b", saying("b"));

  const texts = [await get(), await get(), await get(), await get()].map(({ text }) => text);

  expect(texts.filter((text) => text === "a")).toHaveLength(2);
  expect(group.targets()).toMatchObject([
    { id: "a", requests: 2 },
    { id: "b", requests: 2 },
  ]);
});

it("answers 503 without targets, and 502 when a target is gone", async () => {
  const without = await get();
  const server = await register("a", saying("a"));
  server.close();
  server.closeAllConnections();

  expect(without.status).toBe(503);
  expect((await get()).status).toBe(502);
});

it("takes a target out after two failed checks, and back in after two that pass", async () => {
  let isWell = true;
  await register("a", (_request, response) => response.writeHead(isWell ? 200 : 500).end());

  const states = [];
  for (const next of [true, false, true, false, false, true, true]) {
    isWell = next;
    states.push(await nextCheck());
  }

  expect(states).toEqual(["healthy", "healthy", "healthy", "healthy", "unhealthy", "unhealthy", "healthy"]);
});

it("sends an unhealthy target no requests while another is healthy, and all of them while none is", async () => {
  await register("b", (request, response) => response.writeHead(request.url === "/health" ? 500 : 200).end("b"));
  expect(await nextCheck()).toBe("unhealthy");
  const alone = (await get()).text;

  await register("a", saying("a"));
  const texts = [await get(), await get(), await get()].map(({ text }) => text);

  expect(alone).toBe("b");
  expect(texts).toEqual(["a", "a", "a"]);
});

it("lets a deregistered target end its open requests, and sends it no others", async () => {
  const go = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  await register("a", async (request, response) => {
    if (request.url === "/slow") {
      begun.resolve();
      await go.promise;
    }
    response.end("a");
  });
  const open = get("/slow");
  await begun.promise;

  const gone = group.deregister("a");
  const late = await get();
  const draining = group.targets();
  go.resolve();

  expect((await open).text).toBe("a");
  await gone;
  expect(late.status).toBe(503);
  expect(draining).toMatchObject([{ state: "draining" }]);
  expect(group.targets()).toEqual([]);
});

it("does not wait for open requests beyond the deregistration delay", async () => {
  const begun = Promise.withResolvers<void>();
  await register("a", (request, response) => {
    if (request.url === "/hangs") begun.resolve();
    else response.end("a");
  });
  const open = get("/hangs");
  await begun.promise;

  const gone = group.deregister("a");
  await clock.advance(30_000);
  await gone;

  expect((await open).status).toBe(502);
});

it("answers 504 when a target is silent for a minute", async () => {
  const begun = Promise.withResolvers<void>();
  await register("a", (request, response) => {
    if (request.url === "/hangs") begun.resolve();
    else response.end("a");
  });

  const open = get("/hangs");
  await begun.promise;
  await clock.advance(60_000);

  expect((await open).status).toBe(504);
});
