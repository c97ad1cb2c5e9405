import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readStackConfig } from "../deploy/stack-config.ts";
import type { ComputeAdvice } from "./advise-compute.ts";
import { computeLeaves } from "./compute-tree.ts";
import { configAdvice, defaults, defaultTask } from "./config-lines.ts";
import type { Answers } from "./tree.ts";

const projectYaml = readFileSync(fileURLToPath(new URL("../Pulumi.yaml", import.meta.url)), "utf8");

function adviceFor(leaf: ComputeAdvice["leaf"], answers: Answers, compute: ComputeAdvice["compute"] = "ec2") {
  return configAdvice({ kind: "advice", leaf, compute, ruledOut: [] }, { work: "job", ...answers });
}

describe("the lines for a stack", () => {
  it("start from the defaults of Pulumi.yaml", () => {
    expect(readStackConfig(projectYaml, "").config).toMatchObject({
      ...defaults,
      ...defaultTask,
      instanceType: "t4g.medium",
    });
  });

  it("take the length, the memory and the wait from the answers", () => {
    const { lines, notes } = adviceFor("queue-worker", {
      "typical-seconds": 8,
      "longest-minutes": 10,
      "memory-gigabytes": 2,
      "start-seconds": 30,
      load: "steady",
    });

    expect(lines).toEqual([
      "config:",
      "  sluice:expectedJobMilliseconds: 8000",
      "  sluice:jobTimeoutSeconds: 1200",
      "  sluice:taskMemoryMegabytes: 4352",
      "  sluice:instanceType: t4g.large",
      "  sluice:maxInstances: 10",
      "  sluice:waitTargetSeconds: 30",
    ]);
    expect(notes).toEqual([]);
  });

  it.each([
    [20, 2, 10],
    [7, 1, 7],
    [1, 1, 1],
  ])(
    "make a concurrency of exactly %i of slots %i and tasks %i, and say what a rollout does",
    (exact, slots, tasks) => {
      const { lines, notes } = adviceFor("exact-concurrency", { "exact-concurrency": exact });

      expect(lines).toContain(`  sluice:slots: ${slots}`);
      expect(lines).toContain(`  sluice:maxTasks: ${tasks}`);
      expect(notes.join()).toContain("rollout");
    },
  );

  it("have twice the tasks that the load keeps busy", () => {
    // 2,628,000 s in a month: 100 busy slots, 50 busy tasks.
    const { lines } = adviceFor("burst", { "jobs-per-month": 26_280_000, "typical-seconds": 10 });

    expect(lines).toContain("  sluice:maxTasks: 100");
  });

  it("keep a task where work must start at once, and none where the load has idle hours", () => {
    expect(adviceFor("resident", { load: "uneven", "start-seconds": 0.5 }).lines).toContain("  sluice:minTasks: 1");
    expect(adviceFor("long-work", { load: "uneven" }).lines).toContain("  sluice:minTasks: 0");
  });

  it("wait no less than jobs of that length allow, and say so", () => {
    const { lines, notes } = adviceFor("long-work", { "typical-seconds": 1_800, "start-seconds": 30 });

    expect(lines).toContain("  sluice:waitTargetSeconds: 900");
    expect(notes.join()).toContain("longer than --start-seconds");
  });

  it("choose Fargate and a size that it has, and name no instances", () => {
    const { lines, notes } = adviceFor("long-work", { "memory-gigabytes": 3, load: "steady" }, "fargate");

    expect(lines).toEqual([
      "config:",
      "  sluice:compute: fargate",
      "  sluice:taskCpu: 1024",
      "  sluice:taskMemoryMegabytes: 7168",
    ]);
    expect(notes).toEqual([]);
  });

  it("are missing for what Sluice does not deploy, with a sentence", () => {
    expect(adviceFor("light-api", {}, "lambda")).toEqual({
      lines: [],
      notes: ["Sluice runs jobs in workers on ECS, not in functions."],
    });
    expect(adviceFor("resident", { work: "request" }).lines).toEqual([]);
  });

  it("are missing for what is beyond its limits, with the limit", () => {
    expect(adviceFor("long-work", { "longest-minutes": 700 }).notes.join()).toContain("11 hours");
    expect(adviceFor("large-memory", { "memory-gigabytes": 300 }).notes.join()).toContain("No instance type");
    expect(adviceFor("burst", { "jobs-per-month": 1e9, "typical-seconds": 60 }).notes.join()).toContain("1,000 tasks");
  });

  it("are a valid configuration, whatever the answers", () => {
    const numbers = {
      "typical-seconds": fc.constantFrom(0.001, 0.5, 30, 3_000),
      "longest-minutes": fc.constantFrom(0, 1, 40, 660),
      "memory-gigabytes": fc.constantFrom(0.1, 0.5, 3, 10, 32, 60),
      "exact-concurrency": fc.constantFrom(0, 1, 7, 20, 999, 1_000),
      "start-seconds": fc.constantFrom(0, 1, 60, 86_400),
      "jobs-per-month": fc.constantFrom(1, 1e6, 1e8),
      load: fc.constantFrom("steady", "uneven"),
    };
    const leaves = Object.keys(computeLeaves) as ComputeAdvice["leaf"][];
    const checked = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...leaves),
        fc.record(numbers, { requiredKeys: [] }),
        fc.constantFrom("ec2", "fargate"),
        (leaf, answers, compute) => {
          const text = adviceFor(leaf, answers as Answers, compute).lines.join("\n");
          // Many answers have the same lines, and reading a configuration takes milliseconds.
          if (checked.has(text)) return;

          expect(() => readStackConfig(projectYaml, text)).not.toThrow();
          checked.add(text);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
