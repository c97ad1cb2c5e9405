import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readLists } from "./read-lists.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-lists-"));
});
afterEach(() => rm(folder, { recursive: true }));

const text = "arrival_seconds,service_seconds\n0.5,2\n1,3.25\n";

describe("a folder of lists", () => {
  const entry = {
    meanServiceSeconds: 2.6,
    slotsPerTask: 2,
    waitTargetSeconds: 60,
    warmStartSeconds: 20,
    bootSeconds: 90,
    tasksPerInstance: 4,
    minTasks: 1,
    maxTasks: 200,
    initialTasks: 18,
    endSeconds: 900,
    bounds: { workHours: 1, lb100TaskHours: 3, lb95TaskHours: null, clairvoyantInstanceHours: 0.5 },
  };

  it("is read by its index, with parameters and bounds; LB100 stands in where there is no LB95", async () => {
    await writeFile(
      join(folder, "index.json"),
      JSON.stringify({ one: { ...entry, source: "a web server", kind: "real" }, other: entry }),
    );
    await writeFile(join(folder, "one.csv.gz"), gzipSync(text));

    const lists = await readLists(folder, ["one"]);

    expect(lists).toMatchObject([
      {
        name: "one",
        origin: "a web server; real",
        initialTasks: 18,
        expectedServiceSeconds: 2.6,
        bounds: { workHours: 1, lowestTaskHours: 3, clairvoyantInstanceHours: 0.5 },
      },
    ]);
    expect(lists[0]?.jobs.arrivalSeconds).toHaveLength(2);
  });

  it("says which lists there are when asked for another", async () => {
    await writeFile(join(folder, "index.json"), JSON.stringify({ one: entry }));

    await expect(readLists(folder, ["two"])).rejects.toThrow("expected lists out of one; came two");
  });

  it("is refused when its index is none", async () => {
    await writeFile(join(folder, "index.json"), JSON.stringify({ one: { ...entry, slotsPerTask: 0 } }));

    await expect(readLists(folder)).rejects.toMatchObject({ code: "index" });
  });
});
