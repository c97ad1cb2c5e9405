import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, type TestContext, test } from "vitest";
import { type Provider, type RunOptions, runProgram } from "./run-program.ts";

describe.concurrent("runProgram rejects", () => {
  test("with the provider's error, the resource and its line, after all creations have ended", async () => {
    const began: string[] = [];
    const ended: string[] = [];
    const slowBegan = Promise.withResolvers<void>();
    const create: Provider["create"] = async ({ name }, signal) => {
      began.push(name);
      if (name === "broken") {
        await slowBegan.promise;
        throw new Error("no room");
      }
      slowBegan.resolve();
      await once(signal, "abort");
      ended.push(name);
      return { id: name, outputs: {} };
    };

    await expect(runFailing("create", { provider: { create } })).rejects.toMatchObject({
      code: "create-failed",
      message: expect.stringMatching(/^Cannot create test:index:Thing "broken" \(index\.ts:\d+:\d+\): no room$/),
    });
    expect(began.sort()).toEqual(["broken", "slow"]);
    expect(ended).toEqual(["slow"]);
  });

  test("with the program's own message when it throws", async () => {
    await expect(runFailing("run")).rejects.toMatchObject({
      code: "program-failed",
      message: "maxTasks must be at least minTasks",
    });
  });

  test("when the program exits before its end", async () => {
    await expect(runFailing("leave")).rejects.toMatchObject({
      code: "program-failed",
      message: expect.stringContaining("before it had registered all its resources"),
    });
  });

  test("when the program awaits a promise that never settles", async () => {
    await expect(runFailing("waitForNothing")).rejects.toMatchObject({
      code: "program-failed",
      message: "The program ended with code 0 before it had registered all its resources",
    });
  });

  test.each([
    ["existing", 'reading the existing resource test:index:Thing "old"'],
    ["transformStack", "transforming resources"],
    ["transformResource", 'transforming test:index:Thing "odd"'],
  ])("with the name of the unsupported feature: %s", async (way, feature) => {
    await expect(runFailing(way)).rejects.toMatchObject({
      code: "not-supported",
      message: `Not supported without the Pulumi CLI: ${feature}`,
    });
  });
});

describe.concurrent("the program's process ends", () => {
  test("when the signal aborts", async ({ onTestFinished }) => {
    const { port, program } = await listen(onTestFinished);
    const stop = new AbortController();
    const run = runFailing("endless", { port, signal: stop.signal });
    run.catch(() => {});

    const connection = await program;
    const gone = once(connection, "close");
    stop.abort(new Error("enough"));

    await expect(run).rejects.toMatchObject({ code: "aborted", cause: new Error("enough") });
    await gone;
  });

  test("when the process that runs it is killed", async ({ onTestFinished }) => {
    const { port, program } = await listen(onTestFinished);
    const host = spawn(process.execPath, [join(import.meta.dirname, "fixtures/host.ts"), String(port)]);
    onTestFinished(() => void host.kill("SIGKILL"));

    const connection = await program;
    const gone = once(connection, "close");
    host.kill("SIGKILL");

    await gone;
  });
});

function runFailing(
  way: string,
  { port = 0, provider = {}, signal }: { port?: number; provider?: Partial<Provider>; signal?: AbortSignal } = {},
) {
  const config = { "failing:way": way, "failing:port": String(port) };
  const directory = join(import.meta.dirname, "fixtures/failing");
  const options: RunOptions = signal ? { signal } : {};
  return runProgram(
    { directory, stack: "dev", config },
    { create: async () => ({ id: "1", outputs: {} }), invoke: async () => ({}), ...provider },
    options,
  );
}

/** Listens for the endless program, whose connection lasts as long as its process. */
async function listen(
  onTestFinished: TestContext["onTestFinished"],
): Promise<{ port: number; program: Promise<Socket> }> {
  const server: Server = createServer();
  const program = once(server, "connection").then(([socket]: Socket[]) => {
    if (!socket) throw new Error("no connection");
    // A process that is killed resets its connections.
    return socket.on("error", () => {}).resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { port: address.port, program };
}
