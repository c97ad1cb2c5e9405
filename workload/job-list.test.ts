import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readArrivals, readJobList } from "./job-list.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-workload-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const list = "arrival_seconds,service_seconds\n0.5,2\n0.5,1e-3\r\n3,0\n\n";
const jobs = [
  { arrivalSeconds: 0.5, serviceSeconds: 2 },
  { arrivalSeconds: 0.5, serviceSeconds: 0.001 },
  { arrivalSeconds: 3, serviceSeconds: 0 },
];

describe("a job list", () => {
  it("is read plain and packed", async () => {
    expect(await Array.fromAsync(readJobList(write("list.csv", list)))).toEqual(jobs);
    expect(await Array.fromAsync(readJobList(write("list.csv.gz", gzipSync(list))))).toEqual(jobs);
  });

  it.each([
    ["a wrong header", "a,b\n1,2\n", "line 1: expected the header"],
    [
      "a missing column",
      "arrival_seconds,service_seconds\n1,2\n3\n",
      'line 3: expected two numbers of seconds, ARRIVAL,SERVICE; came "3"',
    ],
    ["a third column", "arrival_seconds,service_seconds\n1,2,3\n", "line 2: expected two numbers"],
    ["no number", "arrival_seconds,service_seconds\n1,NaN\n", "line 2: expected two numbers"],
    ["a negative time", "arrival_seconds,service_seconds\n-1,2\n", "line 2: expected two numbers"],
    [
      "arrivals out of order",
      "arrival_seconds,service_seconds\n2,1\n\n1,1\n",
      "line 4: expected an arrival at 2 or later",
    ],
  ])("with %s is refused by its line", async (_, content, message) => {
    await expect(Array.fromAsync(readJobList(write("list.csv", content)))).rejects.toThrow(message);
  });

  it("that is missing, or is not what its ending says, is refused by its name", async () => {
    await expect(Array.fromAsync(readJobList(join(folder, "none.csv")))).rejects.toMatchObject({ code: "job-list" });
    await expect(Array.fromAsync(readJobList(join(folder, "none.csv.gz")))).rejects.toThrow("none.csv.gz");
    await expect(Array.fromAsync(readJobList(write("plain.csv.gz", list)))).rejects.toThrow("plain.csv.gz");
  });
});

describe("arrivals of a file", () => {
  it("are the first column, with or without a header", async () => {
    expect(await Array.fromAsync(readArrivals(write("list.csv", list)))).toEqual([0.5, 0.5, 3]);
    expect(await Array.fromAsync(readArrivals(write("moments.txt", "0\n1.25\n")))).toEqual([0, 1.25]);
  });

  it("are refused by the line that is wrong", async () => {
    await expect(Array.fromAsync(readArrivals(write("moments.txt", "0\nsoon\n")))).rejects.toThrow(
      'line 2: expected a number of seconds; came "soon"',
    );
  });
});
