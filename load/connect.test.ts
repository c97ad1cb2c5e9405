import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connect } from "./connect.ts";

const options = { mustSign: false, sockets: 2, retries: 0, answerSeconds: 10, signal: new AbortController().signal };

/** Starts an API without jobs that answers 403 unless `mayEnter` accepts the authorization. */
async function startApi(mayEnter: (authorization: string | undefined) => boolean) {
  const asked: (string | undefined)[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.writeHead(mayEnter(request.headers.authorization) ? 200 : 403).end('{"jobs":[]}');
  }).listen(0, "127.0.0.1");
  server.on("connection", () => connections++);
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

describe("a connection", () => {
  beforeEach(() => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  });
  afterEach(() => vi.unstubAllEnvs());

  it("signs nothing for an API without authorization, and reuses its connections", async () => {
    await using api = await startApi(() => true);
    const connection = await connect({ ...options, url: api.url });

    for (let call = 0; call < 20; call++) await Array.fromAsync(connection.watcher.list());
    await connection.close();

    expect(connection.isSigned).toBe(false);
    expect(api.asked).toEqual(Array(21).fill(undefined));
    expect(api.connections()).toBeLessThan(5);
  });

  it("signs after a 403", async () => {
    await using api = await startApi((authorization) => authorization !== undefined);

    const connection = await connect({ ...options, url: api.url });
    await connection.close();

    expect(connection.isSigned).toBe(true);
    expect(api.asked).toEqual([undefined, expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//)]);
  });

  it("signs with the stack's own keys when it has some", async () => {
    await using api = await startApi((authorization) => authorization !== undefined);
    const keys = { region: "eu-central-1", accessKeyId: "AKIASTACK", secretAccessKey: "secret" };

    const connection = await connect({ ...options, url: api.url, keys });
    await connection.close();

    expect(api.asked.at(-1)).toMatch(/ Credential=AKIASTACK\/\d+\/eu-central-1\/execute-api/);
  });

  it("sends a token when it gets one", async () => {
    await using api = await startApi((authorization) => authorization === "Bearer t");

    const connection = await connect({ ...options, url: api.url, token: "t" });
    await connection.close();

    expect(connection.isSigned).toBe(false);
    expect(api.asked).toEqual(["Bearer t"]);
    await expect(connect({ ...options, url: api.url, token: "other" })).rejects.toMatchObject({ status: 403 });
  });

  it("signs from the first request on when it must", async () => {
    await using api = await startApi(() => true);

    const connection = await connect({ ...options, url: api.url, mustSign: true });
    await connection.close();

    expect(api.asked).toEqual([expect.stringContaining("AWS4-HMAC-SHA256")]);
  });

  it("fails when the API refuses signed requests too", async () => {
    await using api = await startApi(() => false);

    await expect(connect({ ...options, url: api.url })).rejects.toMatchObject({ status: 403 });
  });
});
