import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type ProcessesUnderTest, startProcessesUnderTest } from "../processes/testing/processes-under-test.ts";
import type { FunctionOptions } from "./function.ts";
import { startFunctionUnderTest } from "./testing/function-under-test.ts";

let under: ProcessesUnderTest;
let greeter: ReturnType<typeof startFunctionUnderTest> | undefined;

beforeAll(async () => {
  under = await startProcessesUnderTest();
});
afterAll(async () => {
  expect(await under.down()).toEqual({ left: [], living: [] });
});
afterEach(async () => {
  await greeter?.stop();
  expect(under.processes.pids).toEqual([]);
});

it.each([[{ deep: [1, "ü", null] }], ["text"], [0], [null]])(
  "hands %j to the handler, and its result back",
  async (value) => {
    expect(await invoke({ do: "echo", value })).toEqual(value);
  },
);

it("answers null for a handler that returns nothing", async () => {
  expect(await invoke({ do: "echo" })).toBeNull();
});

it("carries a large event and a large result", async () => {
  const value = "ü".repeat(3_000_000);

  expect(await invoke({ do: "echo", value })).toBe(value);
});

it("refuses an event larger than AWS takes", async () => {
  greeter = startFunctionUnderTest(under.processes);

  const result = await greeter.invoke("x".repeat(6_291_456));

  expect(result).toMatchObject({ ok: false, error: { errorType: "RequestTooLargeException" } });
});

it("gives the handler a context", async () => {
  const context = await invoke({ do: "context" }, { timeoutSeconds: 30 });

  expect(context).toEqual({
    awsRequestId: expect.stringMatching(/^[-0-9a-f]{36}$/),
    functionName: "greeter",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:000000000000:function:greeter",
    memoryLimitInMB: "256",
    logGroupName: "/aws/lambda/greeter",
    logStreamName: expect.stringMatching(/^[0-9a-f]{32}$/),
    remaining: expect.toSatisfy((milliseconds: number) => milliseconds > 20_000 && milliseconds <= 30_000),
  });
});

it("shows the handler the function's variables and Lambda's, and none of this machine's", async () => {
  const variables = (await invoke({ do: "variables" })) as Record<string, string>;

  expect(variables).toMatchObject({
    AWS_REGION: "eu-central-1",
    AWS_LAMBDA_FUNCTION_NAME: "greeter",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    _HANDLER: "index.handler",
    TZ: ":UTC",
  });
  expect(Object.keys(variables)).not.toContain("HOME");
});

it("limits the heap by the function's memory", async () => {
  const limit = Number(await invoke({ do: "heap" }, { memoryMegabytes: 128 })) / 2 ** 20;

  expect(limit).toBeGreaterThan(100);
  expect(limit).toBeLessThan(256);
});

it("hands over what the handler writes", async () => {
  await invoke({ do: "say", text: "hello\nthere" });

  await expect.poll(() => greeter?.lines).toEqual(["hello", "there"]);
});

it("ends when the cloud's side of the channel closes", async () => {
  const env = {
    LAMBDA_TASK_ROOT: fileURLToPath(new URL("./testing/code", import.meta.url)),
    _HANDLER: "index.handler",
  };
  const bootstrap = fork(fileURLToPath(new URL("./bootstrap.ts", import.meta.url)), { env, execArgv: [] });
  await once(bootstrap, "message");

  bootstrap.disconnect();

  expect(await once(bootstrap, "exit")).toEqual([0, null]);
});

async function invoke(event: unknown, options: Partial<FunctionOptions> = {}): Promise<unknown> {
  greeter = startFunctionUnderTest(under.processes, options);
  const result = await greeter.invoke(event);
  return result.ok ? result.result : result.error;
}
