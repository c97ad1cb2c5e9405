import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { type ProcessesUnderTest, startProcessesUnderTest } from "../processes/testing/processes-under-test.ts";
import type { FunctionOptions } from "./function.ts";
import type { InvokeResult } from "./invocation.ts";
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

describe("a function's environments", () => {
  it("are kept warm: the second event finds the first one's", async () => {
    start();

    const first = await greeter.invoke({ do: "count" });
    const second = await greeter.invoke({ do: "count" });

    const pid = greeter.environments()[0]?.pid;
    expect([first, second]).toEqual([1, 2].map((calls) => ({ ok: true, result: { calls, pid } })));
  });

  it("handle one event each: events at once run in several", async () => {
    start();
    const results = [greeter.invoke(meeting.event()), greeter.invoke(meeting.event())];
    const pids = await meeting.arrived(2);
    expect(greeter.environments().toSorted(byPid)).toEqual(pids.map((pid) => ({ pid, busy: true })).toSorted(byPid));

    meeting.letGo();

    expect(await Promise.all(results)).toMatchObject([{ result: { calls: 1 } }, { result: { calls: 1 } }]);
    expect(new Set(pids).size).toBe(2);
  });

  it("are no more than allowed: further events wait their turn", async () => {
    start({ maxEnvironments: 1 });
    const results = ["a", "b", "c"].map((value) => greeter.invoke(meeting.event(value)));
    const [pid] = await meeting.arrived(1);

    meeting.letGo();

    const expected = ["a", "b", "c"].map((value, index) => ({ ok: true, result: { value, calls: index + 1, pid } }));
    expect(await Promise.all(results)).toEqual(expected);
  });

  it("refuse events beyond the reserved concurrency, and count only those that run", async () => {
    const results: InvokeResult[] = [];
    start({ reservedConcurrency: 2, maxEnvironments: 3, onResult: (result) => void results.push(result) });
    const atHand = [greeter.invoke(meeting.event("a")), greeter.invoke(meeting.event("b"))];
    await meeting.arrived(2);

    const refused = await greeter.invoke({ do: "count" });
    meeting.letGo();
    await Promise.all(atHand);
    const later = await greeter.invoke({ do: "echo", value: "c" });

    expect(refused).toMatchObject({ ok: false, error: { errorType: "TooManyRequestsException" } });
    expect(later).toEqual({ ok: true, result: "c" });
    expect(results).toHaveLength(3);
  });

  it("count waiting events towards the reserved concurrency", async () => {
    start({ reservedConcurrency: 2, maxEnvironments: 1 });
    const atHand = [greeter.invoke(meeting.event("a")), greeter.invoke(meeting.event("b"))];
    await meeting.arrived(1);

    const refused = await greeter.invoke({ do: "count" });
    meeting.letGo();

    expect(refused).toMatchObject({ error: { errorType: "TooManyRequestsException" } });
    expect(await Promise.all(atHand)).toMatchObject([{ result: { value: "a" } }, { result: { value: "b" } }]);
  });

  it("start only as many at once as allowed, and more when no event finishes for two seconds", async () => {
    const clock = new ManualClock();
    start({ startAtOnce: 1, clock });
    const results = [greeter.invoke(meeting.event()), greeter.invoke(meeting.event())];
    await meeting.arrived(1);
    await clock.advance(1_999);
    expect(greeter.environments()).toHaveLength(1);

    await clock.advance(1);

    expect(await meeting.arrived(2)).toHaveLength(2);
    meeting.letGo();
    await Promise.all(results);
  });

  it("do not become more while events wait but others finish", async () => {
    const clock = new ManualClock();
    start({ startAtOnce: 1, clock });
    const shortMeeting = await openMeeting();
    const first = greeter.invoke(shortMeeting.event());
    const others = [greeter.invoke(meeting.event()), greeter.invoke(meeting.event())];
    await shortMeeting.arrived(1);
    await clock.advance(1_999);
    shortMeeting.letGo();
    await first;
    await meeting.arrived(1);

    await clock.advance(1);

    expect(greeter.environments()).toHaveLength(1);
    meeting.letGo();
    await Promise.all(others);
    await shortMeeting.close();
  });

  it("have variables of their own", async () => {
    let asked = 0;
    start({ environment: () => ({ KEY: `key-${++asked}` }) });

    const kept = greeter.invoke(meeting.event());
    await meeting.arrived(1);
    const other = await greeter.invoke({ do: "variables" });

    expect(other).toMatchObject({ result: { KEY: "key-2" } });
    expect(other).not.toHaveProperty("result.NODE_COMPILE_CACHE");
    meeting.letGo();
    await kept;
  });

  it("end when they have long had nothing to do, all but one", async () => {
    const clock = new ManualClock();
    start({ clock });
    const results = [greeter.invoke(meeting.event()), greeter.invoke(meeting.event())];
    await meeting.arrived(2);
    meeting.letGo();
    await Promise.all(results);

    await clock.advance(19_999);
    expect(greeter.environments()).toHaveLength(2);
    await clock.advance(1);

    expect(greeter.environments()).toHaveLength(1);
    expect(await greeter.invoke({ do: "count" })).toMatchObject({ result: { calls: 2 } });
  });
});

describe("stopping a function", () => {
  it("lets the event at hand end, and refuses those that wait or come later", async () => {
    start({ maxEnvironments: 1 });
    const atHand = greeter.invoke(meeting.event());
    const waiting = greeter.invoke({ do: "count" });
    await meeting.arrived(1);

    const stopped = greeter.stop();
    meeting.letGo();

    expect(await atHand).toMatchObject({ ok: true });
    expect(await waiting).toMatchObject({ error: { errorType: "ResourceNotFoundException" } });
    expect(await greeter.invoke({})).toMatchObject({ error: { errorType: "ResourceNotFoundException" } });
    await stopped;
    expect(greeter.environments()).toEqual([]);
    expect(greeter.lines).toEqual([]);
  });

  it("does not wait long for an event that does not end", async () => {
    const clock = new ManualClock();
    start({ clock });
    const atHand = greeter.invoke(meeting.event());
    await meeting.arrived(1);

    const stopped = greeter.stop();
    await clock.advance(2_000);
    await stopped;

    expect(await atHand).toMatchObject({ error: { errorType: "Runtime.ExitError" } });
  });

  it("ends an environment that is only starting", async () => {
    start();
    const starting = greeter.invoke({ do: "count" });

    await greeter.stop();
    await starting;

    expect(greeter.lines).toEqual([]);
  });
});

function start(options: Partial<FunctionOptions> = {}): void {
  greeter = startFunctionUnderTest(under.processes, options);
}

function byPid(one: { pid: number }, other: { pid: number }): number {
  return one.pid - other.pid;
}
