import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { getPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Json } from "../../contract/job.ts";
import { ManualClock, systemClock } from "../../runtime/clock.ts";
import type { PoolOptions } from "./runner-pool.ts";
import { startPool, type TestPool } from "./testing/start-pool.ts";

let pool: TestPool;
afterEach(async () => {
  vi.unstubAllEnvs();
  await pool.close();
});

function begin(owner: string, type: string, payload: Json = null) {
  const json = JSON.stringify(payload);
  return pool.start({ owner, jobId: "j", type, attempt: 1, fence: 1, payload: { json }, folder: pool.folder() });
}

async function run(owner: string, type: string, payload: Json = null): Promise<unknown> {
  const outcome = await begin(owner, type, payload).outcome;
  return outcome.kind === "result" && "json" in outcome.result ? JSON.parse(outcome.result.json) : outcome;
}

describe("globals that a job leaves behind", () => {
  it.each<[PoolOptions["freshRunner"], string[]]>([
    ["owner", ["alice 1", "alice 2"]],
    ["job", []],
    ["never", ["alice 1", "bob 1", "alice 2"]],
  ])("with freshRunner %s are seen by the next jobs as configured", async (freshRunner, seen) => {
    pool = startPool({ freshRunner });
    const found: unknown[] = [];

    for (const [owner, value] of [
      ["alice", "alice 1"],
      ["bob", "bob 1"],
      ["alice", "alice 2"],
      ["alice", "alice 3"],
    ] as const) {
      const { before } = (await run(owner, "remember", value)) as { before: string | null };
      if (before !== null) found.push(before);
    }

    expect(found).toEqual(seen);
  });

  it("end with their process when another owner needs its place", async () => {
    pool = startPool({ freshRunner: "owner", slots: 1 });

    await run("alice", "remember", "secret");
    await run("bob", "remember", "secret");

    expect(await run("alice", "remember", "")).toMatchObject({ before: null });
  });
});

it("a handler's environment holds nothing of the worker's but a few harmless variables", async () => {
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/secret");
  vi.stubEnv("TZ", "UTC");
  pool = startPool();

  const names = (await run("alice", "environment")) as string[];

  const allowed = ["HOME", "LANG", "LC_ALL", "NODE_ENV", "PATH", "TMPDIR", "TZ"];
  // The shell that starts the runner may add these.
  expect(names.filter((name) => ![...allowed, "PWD", "SHLVL", "_", "OLDPWD"].includes(name))).toEqual([]);
  expect(names).toEqual(expect.arrayContaining(["HOME", "PATH", "TMPDIR", "TZ"]));
});

it("a handler gets the folder of the stack's shared files, and none if the stack has none", async () => {
  pool = startPool();
  const without = await run("alice", "sharedFolder");
  await pool.close();
  vi.stubEnv("SHARED_FOLDER", "/mnt/shared");
  pool = startPool();

  expect(without).toBeNull();
  expect(await run("alice", "sharedFolder")).toBe("/mnt/shared");
  expect(await run("alice", "environment")).toContain("SHARED_FOLDER");
});

it.skipIf(process.platform === "win32")("a handler has less CPU priority than its worker", async () => {
  pool = startPool();

  expect(await run("alice", "priority")).toBe(Math.min(19, getPriority() + 10));
});

it("each run has its own folder for temporary files, also in a process that is used again", async () => {
  pool = startPool({ freshRunner: "never" });

  const [first, second] = [await run("alice", "folder"), await run("alice", "folder")] as Record<string, unknown>[];

  for (const { folder, temporary, home, files } of [first, second].filter((each) => each !== undefined)) {
    expect([temporary, home, files]).toEqual([folder, folder, ["left"]]);
  }
  expect(first?.folder).not.toBe(second?.folder);
});

it("code left over from an earlier run cannot answer for the next one", async () => {
  pool = startPool({ freshRunner: "never", slots: 1 });

  await run("alice", "forge");
  const outcome = await run("alice", "wait", 200);

  expect(outcome).toBe("waited");
});

it("a handler cannot have the worker read another file as its result", async () => {
  pool = startPool();

  expect(await run("alice", "largeElsewhere")).toMatchObject({ code: "handler-error", message: /EEXIST/ });
});

describe("a process that a handler has started", () => {
  it("ends with the handler's own", async () => {
    // Nothing but the end of the whole group closes the pipes that `leaveChild` shares: no wait of the worker ends here.
    pool = startPool({ clock: new ManualClock() });

    expect(await run("alice", "leaveChild")).toMatchObject({ message: expect.stringContaining("exited with code 4") });
  });

  it("ends when its job is stopped, as does a handler that spins", async () => {
    pool = startPool();
    const callers = await listen();
    const spinning = begin("alice", "connectAndSpin", callers.port);
    const sockets = await callers.both();

    const closed = closeOf(sockets);
    spinning.stop(0);

    await closed;
    await callers.close();
  });

  it("ends when its worker is killed, as does a handler that spins", async () => {
    pool = startPool();
    const callers = await listen();
    const worker = spawn(process.execPath, [
      fileURLToPath(new URL("./testing/spinning-worker.ts", import.meta.url)),
      String(callers.port),
    ]);
    const sockets = await callers.both();

    const closed = closeOf(sockets);
    worker.kill("SIGKILL");

    await closed;
    await callers.close();
  });
});

/** Resolves when both processes have ended. */
function closeOf(sockets: Socket[]): Promise<unknown> {
  return Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on("close", resolve))));
}

/** Takes the connections of a handler and of the process that it starts; then the handler spins. */
async function listen() {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    // A killed process may reset its connection.
    socket.on("error", () => {});
    socket.resume();
    sockets.push(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async both() {
      await expect.poll(() => sockets.length).toBe(2);
      for (const socket of sockets) socket.write("go");
      return sockets;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe.skipIf(process.platform !== "linux")("memory", () => {
  it("beyond the limit ends the attempt as out of memory, and not a neighbor's", async () => {
    const memory = { residentMegabytes: 150, heapMegabytes: 64, payloadDocumentBytes: 0, resultBytes: 1_000 };
    pool = startPool({ memory, clock: systemClock });
    const neighbor = begin("bob", "listen");

    const [heap, buffers] = await Promise.all([run("alice", "floodMemory"), run("alice", "floodBuffers")]);
    neighbor.stop(60_000);

    expect(heap).toMatchObject({ code: "out-of-memory", isFinal: false });
    expect(buffers).toMatchObject({
      code: "out-of-memory",
      message: expect.stringMatching(/150 MiB; it used \d+ MiB/),
    });
    expect(await neighbor.outcome).toMatchObject({ code: "aborted" });
  });
});
