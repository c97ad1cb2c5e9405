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

const header = "arrival_seconds,service_seconds";
const list = `${header}\n0.5,2\n0.5,1e-3\n3,0\n\n`;

describe("a job list", () => {
  it.each([
    ["plain", "list.csv", list],
    ["gzipped", "list.csv.gz", gzipSync(list)],
    ["without a header", "list.csv", list.replace(`${header}\n`, "")],
    ["with a byte order mark and CRLF", "list.csv", `\uFEFF${list.replaceAll("\n", "\r\n")}`],
    ["with quotes and spaces", "list.csv", '"arrival_seconds", "service_seconds"\n"0.5", "2"\n0.5 , 1E-03\n\n"3",0'],
    ["with semicolons", "list.csv", list.replaceAll(",", ";")],
    ["with tabs, as UTF-16", "list.csv", Buffer.from(`\uFEFF${list.replaceAll(",", "\t")}`, "utf16le")],
  ])("is read %s", async (_, name, content) => {
    const { arrivalSeconds, serviceSeconds } = await readJobList(write(name, content));

    expect([...arrivalSeconds]).toEqual([0.5, 0.5, 3]);
    expect([...serviceSeconds]).toEqual([2, 0.001, 0]);
  });

  it.each([
    ["another header", "a,b\n1,2\n", `line 1: expected the header ${header} or a number of seconds; came "a,b"`],
    ["a header too long", `${header},x\n1,2,3\n`, `line 1: expected the header ${header}`],
    [
      "a missing column",
      `${header}\n1,2\n3\n`,
      'line 3: expected 2 columns, numbers with a decimal point; came 1, "3"',
    ],
    ["a third column", "1,2,3\n", "line 1: expected 2 columns"],
    ["decimal commas", "1,5;2,5\n", 'line 1: expected 2 columns, numbers with a decimal point; came 4, "1", "5", "2"'],
    [
      "no number",
      "0,1\n\n1,soon\n",
      'line 3, column service_seconds: expected a number of seconds from 0; came "soon"',
    ],
    ["an empty cell", "1,\n", 'line 1, column service_seconds: expected a number of seconds from 0; came ""'],
    ["a negative time", "-1,2\n", 'line 1, column arrival_seconds: expected a number of seconds from 0; came "-1"'],
    [
      "an endless time",
      "1,1e999\n",
      'line 1, column service_seconds: expected a number of seconds from 0; came "1e999"',
    ],
    [
      "arrivals out of order",
      "2,1\r\n\r\n1,1\r\n",
      "line 3, column arrival_seconds: expected 2 or later, as jobs are in order; came 1",
    ],
    ["an open quote", '1,2\n"2,3\n', "expected CSV; Quote Not Closed"],
    ["nothing in it", "", "expected at least one job; came none"],
    ["a header alone", `${header}\r\n`, "expected at least one job; came none"],
  ])("with %s is refused by file, line and column", async (_, content, message) => {
    const file = write("list.csv", content);

    const refused = expect(readJobList(file)).rejects;

    await refused.toMatchObject({ code: "job-list", message: expect.stringContaining(message) });
    await expect(readJobList(file)).rejects.toThrow(file);
  });

  it("that is missing, or is not what its ending says, is refused by its name", async () => {
    await expect(readJobList(join(folder, "none.csv"))).rejects.toMatchObject({ code: "job-list" });
    await expect(readJobList(join(folder, "none.csv.gz"))).rejects.toThrow("none.csv.gz");
    await expect(readJobList(write("plain.csv.gz", list))).rejects.toThrow("plain.csv.gz");
  });
});

describe("arrivals of a file", () => {
  it("are the first column, with or without a header", async () => {
    expect([...(await readArrivals(write("list.csv", list)))]).toEqual([0.5, 0.5, 3]);
    expect([...(await readArrivals(write("moments.txt", "0\n1.25\n")))]).toEqual([0, 1.25]);
    expect([...(await readArrivals(write("moments.csv", "arrival_seconds,user\n1,soon\n")))]).toEqual([1]);
  });

  it.each([
    ["0\nsoon\n", 'line 2, column arrival_seconds: expected a number of seconds from 0; came "soon"'],
    ["when\n0\n", "line 1: expected the header"],
  ])("are refused by the line that is wrong: %j", async (content, message) => {
    await expect(readArrivals(write("moments.txt", content))).rejects.toThrow(message);
  });
});
