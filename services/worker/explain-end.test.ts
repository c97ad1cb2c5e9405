import { describe, expect, it } from "vitest";
import { explainEnd, type RunnerEnd } from "./explain-end.ts";

const end: RunnerEnd = {
  how: "was ended by SIGKILL",
  signal: "SIGKILL",
  fault: undefined,
  isHeapFull: false,
  usedMegabytes: 100,
  memory: { residentMegabytes: 400, heapMegabytes: 300 },
};

describe("a runner that ended without an outcome", () => {
  it.each<[string, Partial<RunnerEnd>, string]>([
    ["exited", { signal: null, how: "exited with code 3" }, "exited with code 3"],
    ["was stopped by its worker", { fault: { kind: "other", phrase: "did not stop" } }, "did not stop"],
    // A handler may print V8's words; what its worker did with the process comes first.
    ["was stopped after printing", { fault: { kind: "other", phrase: "did not stop" }, isHeapFull: true }, "did not"],
  ])("has died if it %s", (_case, changes, words) => {
    const outcome = explainEnd({ ...end, ...changes });

    expect(outcome).toMatchObject({ kind: "failure", code: "handler-died", message: expect.stringContaining(words) });
  });

  it.each<[string, Partial<RunnerEnd>, string]>([
    ["V8's heap was full", { signal: "SIGABRT", isHeapFull: true }, "300 MiB of heap, 400 MiB in all; it used 100 MiB"],
    [
      "the worker found it above its limit",
      { fault: { kind: "memory" }, usedMegabytes: 450 },
      "400 MiB; it used 450 MiB",
    ],
    ["the kernel killed it near its limit", { usedMegabytes: 320 }, "400 MiB; it used 320 MiB"],
  ])("was out of memory if %s", (_case, changes, words) => {
    const outcome = explainEnd({ ...end, ...changes });

    expect(outcome).toMatchObject({ kind: "failure", code: "out-of-memory", message: expect.stringContaining(words) });
  });

  it.each([319, undefined])("was interrupted if it was killed while it used %s MiB", (usedMegabytes) => {
    expect(explainEnd({ ...end, usedMegabytes })).toMatchObject({ kind: "interrupted" });
  });
});
