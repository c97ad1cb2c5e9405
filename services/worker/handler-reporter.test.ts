import { beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../contract/limits.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { createHandlerReporter } from "./handler-reporter.ts";
import type { RunnerEvent } from "./runner-protocol.ts";

let clock: ManualClock;
let sent: RunnerEvent[];
let reporter: ReturnType<typeof createHandlerReporter>;
beforeEach(() => {
  clock = new ManualClock(1_000);
  sent = [];
  reporter = createHandlerReporter(clock, "run-7", (message) => sent.push(message));
});

describe("progress", () => {
  it("is a number between 0 and 1", async () => {
    for (const share of [-1, Number.NaN, Number.POSITIVE_INFINITY, 2]) {
      reporter.reportProgress(share);
      await clock.advance(1_000);
    }

    expect(sent).toEqual([0, 1].map((share) => ({ kind: "progress", run: "run-7", share })));
  });
});

describe("a handler's log", () => {
  it("has the newest lines with their times, each truncated", () => {
    for (let line = 1; line <= 25; line++) reporter.log(`line ${line}`);
    reporter.log("x".repeat(1_000));
    reporter.end();

    const last = sent.at(-1);
    const lines = last?.kind === "log" ? last.lines : [];
    expect(lines).toHaveLength(limits.logLines);
    expect(lines[0]).toEqual({ at: 1_000, text: "line 7" });
    expect(lines.at(-1)?.text).toHaveLength(limits.logLineCharacters);
  });

  it("is sent a few times a second, up to the last line", async () => {
    for (let line = 0; line < 1_000; line++) {
      reporter.log(`line ${line}`);
      await clock.advance(1);
    }
    reporter.log("the last");
    reporter.end();

    const lasts = sent.map((message) => message.kind === "log" && message.lines.at(-1)?.text);
    expect(lasts.length).toBeLessThanOrEqual(6);
    expect(lasts.at(-1)).toBe("the last");
  });

  it("converts other values to text", () => {
    reporter.log(undefined as never);

    expect(sent).toEqual([{ kind: "log", run: "run-7", lines: [{ at: 1_000, text: "undefined" }] }]);
  });
});
