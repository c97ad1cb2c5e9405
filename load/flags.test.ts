import { describe, expect, it } from "vitest";
import { readFlags } from "./flags.ts";

describe("the command line", () => {
  it.each([
    ["--count 100 --rate 20", { count: 100, durationSeconds: 5 }],
    ["--count 100 --duration 8", { count: 100, durationSeconds: 8 }],
    ["--rate 2.5 --duration 8", { count: 20, durationSeconds: 8 }],
  ])("takes %s, and computes the third", (text, source) => {
    expect(readFlags(`--shape ramp ${text}`.split(" ")).plan.source).toEqual({
      kind: "shape",
      shape: "ramp",
      ...source,
    });
  });

  it("has a preset of 50,000 jobs within ten seconds, with a hundred jobs per request or one", () => {
    const source = { kind: "shape", shape: "steady", count: 50_000, durationSeconds: 10 };

    expect(readFlags(["--preset", "burst-50k"]).plan).toMatchObject({ source, batch: 100, type: "echo" });
    expect(readFlags(["--preset", "burst-50k", "--single"]).plan).toMatchObject({ source, batch: 1 });
    expect(readFlags(["--preset", "burst-50k", "--count", "500"]).plan.source).toMatchObject({
      count: 500,
      durationSeconds: 10,
    });
  });

  it("takes a file, or its first jobs", () => {
    expect(readFlags(["--jobs", "a.csv"]).plan.source).toEqual({ kind: "jobs", file: "a.csv", most: undefined });
    expect(readFlags(["--arrivals", "a", "--count", "5"]).plan.source).toEqual({
      kind: "arrivals",
      file: "a",
      most: 5,
    });
  });

  it.each([
    ["", "expected one of --shape, --arrivals, --jobs, --preset; came 0"],
    ["--shape steady --jobs a.csv", "came 2"],
    ["--shape steady --count 5", "--shape expects two of --count, --rate and --duration; came 1"],
    [
      "--shape wave --count 5 --rate 1",
      '--shape expects one of steady, ramp, burst, flash, diurnal, nightly; came "wave"',
    ],
    ["--jobs a --batch 101", '--batch expects a whole number from 1 to 100; came "101"'],
    ["--jobs a --type word-frequency", "--type word-frequency expects --payload JSON beside it; none came"],
    ["--jobs a --payload {", '--payload expects JSON; came "{"'],
    ["--jobs a --work soon", '--work is not usable: Expected seconds as "2"'],
    ["--jobs a --max-refused-percent 101", '--max-refused-percent expects a number from 0 to 100; came "101"'],
    ["--preset big", '--preset expects burst-50k; came "big"'],
    ["--jobs a --url localhost:8080", 'such as https://api.example.com; came "localhost:8080"'],
    ["--jobs a --max-refusd-percent 1", 'came "--max-refusd-percent", did you mean --max-refused-percent?'],
  ])("refuses %j", (text, message) => {
    expect(() => readFlags(text.split(" ").filter(Boolean))).toThrow(message);
  });

  it("by default fails a load at the first refused, unanswered or unsuccessful job", () => {
    const limitsOf = (text: string) => readFlags(["--jobs", "a", ...text.split(" ").filter(Boolean)]).limits;

    expect(limitsOf("")).toEqual({ refusedPercent: 0, unansweredPercent: 0, failedPercent: 0 });
    expect(limitsOf("--max-refused-percent 1.5 --max-unanswered-percent 2 --max-failed-percent 100")).toEqual({
      refusedPercent: 1.5,
      unansweredPercent: 2,
      failedPercent: 100,
    });
  });

  it("lists every problem at once", () => {
    const read = () => readFlags(["--shape", "wave", "--seed", "x"]);

    expect(read).toThrow("--shape expects");
    expect(read).toThrow("--seed expects");
  });
});
