import { describe, expect, it } from "vitest";
import { readBenchFlags } from "./flags.ts";

describe("the benchmark's command line", () => {
  it("means the generated shapes with four seeds unless it says more", () => {
    expect(readBenchFlags([])).toEqual({
      isHelp: false,
      listsFolder: undefined,
      seeds: 4,
      threads: 2,
      pageFile: undefined,
    });
  });

  it("takes a folder of lists, seeds, threads and another page", () => {
    expect(readBenchFlags("--lists dir --seeds 1 --threads 1 --page out.md".split(" "))).toMatchObject({
      listsFolder: "dir",
      seeds: 1,
      threads: 1,
      pageFile: "out.md",
    });
  });

  it.each([
    [["--seeds", "0"], '--seeds expects a whole number from 1 to 9999; came "0"'],
    [["--threads", "two"], '--threads expects a whole number from 1 to 9999; came "two"'],
    [["--list", "a"], "--list"],
  ])("refuses %j and says why", (args, reason) => {
    expect(() => readBenchFlags(args)).toThrow(reason);
  });
});
