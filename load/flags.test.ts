import { describe, expect, it } from "vitest";
import { readFlags } from "./flags.ts";

describe("the command line", () => {
  it.each([
    ["--count 100 --rate 20", { count: 100, durationSeconds: 5 }],
    ["--count 100 --duration 8", { count: 100, durationSeconds: 8 }],
    ["--rate 2.5 --duration 8", { count: 20, durationSeconds: 8 }],
  ])("takes %s, and finds out the third", (text, source) => {
    expect(readFlags(`--shape ramp ${text}`.split(" ")).plan.source).toEqual({
      kind: "shape",
      shape: "ramp",
      ...source,
    });
  });

  it("knows the preset of 50,000 jobs within ten seconds, a hundred a request or one", () => {
    const source = { kind: "shape", shape: "steady", count: 50_000, durationSeconds: 10 };

    expect(readFlags(["--preset", "burst-50k"]).plan).toMatchObject({ source, batch: 100, type: "echo" });
    expect(readFlags(["--preset", "burst-50k", "--single"]).plan).toMatchObject({ source, batch: 1 });
    expect(readFlags(["--preset", "burst-50k", "--count", "500"]).plan.source).toMatchObject({
      count: 500,
      durationSeconds: 10,
    });
  });

  it("takes files, of which a number of jobs may be taken", () => {
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
    ["--jobs a --type word-frequency", "--type word-frequency expects --payload JSON; none came"],
    ["--jobs a --payload {", '--payload expects JSON; came "{"'],
    ["--jobs a --work soon", 'came "soon"'],
    ["--preset big", '--preset expects burst-50k; came "big"'],
    ["--jobs a --url localhost:8080", 'such as https://api.example.com; came "localhost:8080"'],
    ["--unknown", "--unknown"],
  ])("refuses %j", (text, message) => {
    expect(() => readFlags(text.split(" ").filter(Boolean))).toThrow(message);
  });

  it("tells all that is wrong at once", () => {
    const read = () => readFlags(["--shape", "wave", "--seed", "x"]);

    expect(read).toThrow("--shape expects");
    expect(read).toThrow("--seed expects");
  });
});
