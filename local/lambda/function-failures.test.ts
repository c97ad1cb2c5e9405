import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { type ProcessesUnderTest, startProcessesUnderTest } from "../processes/testing/processes-under-test.ts";
import type { FunctionOptions } from "./function.ts";
import { startFunctionUnderTest } from "./testing/function-under-test.ts";
import { type Meeting, openMeeting } from "./testing/meeting.ts";

let under: ProcessesUnderTest;
let greeter: ReturnType<typeof startFunctionUnderTest>;
let meeting: Meeting;

beforeAll(async () => {
  under = await startProcessesUnderTest();
});
afterAll(async () => {
  expect(await under.down()).toEqual({ left: [], living: [] });
});
beforeEach(async () => {
  meeting = await openMeeting();
});
afterEach(async () => {
  await greeter.stop();
  await meeting.close();
  expect(under.processes.pids).toEqual([]);
});

describe("a handler that fails", () => {
  it.each([
    ["an error", { do: "throw", message: "no" }, { errorType: "TypeError", errorMessage: "no" }],
    ["something else", { do: "throwText", message: "no" }, { errorType: "string", errorMessage: "no" }],
    ["no JSON", { do: "unserializable" }, { errorType: "Runtime.MarshalError" }],
    ["too much", { do: "large", length: 6_300_000 }, { errorType: "Function.ResponseSizeTooLarge" }],
  ])("with %s answers with it and goes on", async (_name, event, error) => {
    start();

    const result = await greeter.invoke(event);

    expect(result).toMatchObject({ ok: false, error });
    expect(await greeter.invoke({ do: "count" })).toMatchObject({ result: { calls: 2 } });
  });

  it("writes the error to the log as AWS's runtime does", async () => {
    start();

    await greeter.invoke({ do: "throw", message: "no" });

    await expect
      .poll(() => greeter.lines.join("\n"))
      .toMatch(/Z\t[-0-9a-f]{36}\tERROR\tInvoke Error \t\{"errorType":"TypeError"/);
  });

  it.each([
    ["rejectAside", { errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: forgotten" }],
    ["throwAside", { errorType: "RangeError", errorMessage: "out of sight" }],
  ])("outside its own promise (%s) takes the environment with it", async (doing, error) => {
    start();

    const result = await greeter.invoke({ do: doing });

    expect(result).toMatchObject({ ok: false, error });
    expect(await greeter.invoke({ do: "count" })).toMatchObject({ result: { calls: 1 } });
  });
});

describe("an environment that ends in the middle of an event", () => {
  it.each([
    [0, "Runtime exited without providing a reason"],
    [7, "Runtime exited with error: exit status 7"],
  ])("by exit code %i fails the event, and the next one gets another", async (code, reason) => {
    start();

    const result = await greeter.invoke({ do: "exit", code });

    const errorMessage = expect.stringMatching(new RegExp(`^RequestId: [-0-9a-f]{36} Error: ${reason}$`));
    expect(result).toEqual({ ok: false, error: { errorType: "Runtime.ExitError", errorMessage } });
    expect(greeter.lines).toEqual([errorMessage]);
    expect(await greeter.invoke({ do: "count" })).toMatchObject({ result: { calls: 1 } });
  });

  it("killed from outside fails the event, and the next one gets another", async () => {
    start();
    const killed = greeter.invoke(meeting.event());
    const [pid = 0] = await meeting.arrived(1);

    process.kill(pid, "SIGKILL");

    expect(await killed).toMatchObject({ error: { errorMessage: expect.stringMatching(/ signal: killed$/) } });
    expect(await greeter.invoke({ do: "count" })).toMatchObject({ result: { calls: 1 } });
  });

  it("by the function's timeout fails the event, and the next one gets another", async () => {
    const clock = new ManualClock();
    start({ clock, timeoutSeconds: 3 });
    const late = greeter.invoke(meeting.event());
    const [pid] = await meeting.arrived(1);

    await clock.advance(2_999);
    expect(greeter.environments()).toEqual([{ pid, busy: true }]);
    await clock.advance(1);

    const errorMessage = expect.stringMatching(/^RequestId: [-0-9a-f]{36} Error: Task timed out after 3\.00 seconds$/);
    expect(await late).toEqual({ ok: false, error: { errorType: "Sandbox.Timedout", errorMessage } });
    expect(greeter.lines).toEqual([errorMessage]);
    expect(await greeter.invoke({ do: "count" })).toMatchObject({ result: { calls: 1 } });
  });
});

describe("code that cannot be loaded", () => {
  it.each([
    ["index.nothing", "Runtime.HandlerNotFound", "index.nothing is undefined or not exported"],
    ["index.noFunction", "Runtime.HandlerNotFound", "index.noFunction is undefined or not exported"],
    ["nowhere.handler", "Runtime.ImportModuleError", expect.stringMatching(/Cannot find module '.*nowhere/)],
    ["missing.handler", "Runtime.ImportModuleError", expect.stringMatching(/Cannot find module '.*not-there/)],
    ["index", "Runtime.MalformedHandlerName", "Bad handler"],
    ["broken.handler", "RangeError", "no good start"],
    ["quits.handler", "Runtime.ExitError", expect.stringMatching(/exit status 3$/)],
  ])("fails every event: %s", async (handler, errorType, errorMessage) => {
    start({ handler });

    const results = await Promise.all([greeter.invoke({}), greeter.invoke({})]);

    for (const result of results) expect(result).toMatchObject({ ok: false, error: { errorType, errorMessage } });
  });

  it("fails the event when there is not even a folder", async () => {
    start({ directory: "/not/there" });

    expect(await greeter.invoke({})).toMatchObject({ error: { errorType: "ServiceException" } });
  });
});

function start(options: Partial<FunctionOptions> = {}): void {
  greeter = startFunctionUnderTest(under.processes, options);
}
