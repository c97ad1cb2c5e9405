import { describe, expect, it } from "vitest";
import { ManualClock } from "./clock.ts";
import { unlessAborted, waitAtMost, withDeadline } from "./deadline.ts";

const never = new Promise<never>(() => {});

describe("a call with a deadline", () => {
  it("resolves with the value of an answer in time", async () => {
    expect(await withDeadline(new ManualClock(), 100, Promise.resolve("value"))).toBe("value");
  });

  it("rejects with the error of a failure in time", async () => {
    const failed = withDeadline(new ManualClock(), 100, Promise.reject(new Error("broken")));

    await expect(failed).rejects.toThrow("broken");
  });

  it("rejects with too-late after the deadline", async () => {
    const clock = new ManualClock();
    const late = expect(withDeadline(clock, 100, never)).rejects.toMatchObject({ code: "too-late" });

    await clock.advance(100);
    await late;
  });
});

describe("a call that a signal can end", () => {
  const stopped = () => new Error("stopped");

  it("resolves with the value of an answer before the abort", async () => {
    expect(await unlessAborted(new AbortController().signal, Promise.resolve("value"), stopped)).toBe("value");
  });

  it("rejects with the given error when the signal aborts", async () => {
    const abort = new AbortController();
    const ended = expect(unlessAborted(abort.signal, never, stopped)).rejects.toThrow("stopped");

    abort.abort();
    await ended;
  });

  it("rejects if the signal has aborted before", async () => {
    await expect(unlessAborted(AbortSignal.abort(), never, stopped)).rejects.toThrow("stopped");
  });
});

describe("a bounded wait", () => {
  it("resolves with whether the promise was done in time", async () => {
    const clock = new ManualClock();

    const done = waitAtMost(clock, 100, Promise.resolve());
    const open = waitAtMost(clock, 100, never);
    await clock.advance(100);

    expect([await done, await open]).toEqual([true, false]);
  });
});
