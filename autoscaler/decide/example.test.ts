import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { decide } from "./decide.ts";
import { sampleOf, scalingSettings, workersWith } from "./testing/samples.ts";

const page = readFileSync(new URL("../../docs/scaling.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (scale out to|scale in to|stay at) (\d+)/gm)];

it("finds the example of docs/scaling.md", () => {
  expect(rows).toHaveLength(4);
});

it.each(rows.map((row) => row.slice(1)))("decides as the page states: %s s in the queue, %s jobs waiting", (...row) => {
  const [, visibleJobs, fewest, most, , tasks] = row.map(Number);
  const sample = sampleOf({
    perSecond: 4,
    visibleJobs: visibleJobs as number,
    jobsInFlight: 40,
    tasks: 20,
    workers: workersWith(Array(400).fill(10), Array(40).fill(5)),
  });
  let state: ReturnType<typeof decide>["state"] | undefined;
  let decision: ReturnType<typeof decide>["decision"] | undefined;

  for (let second = 0; second <= 40; second += 10) {
    ({ state, decision } = decide(state, sample, scalingSettings(), second * 1_000));
  }

  expect(decision).toMatchObject({ neededTasks: fewest, usefulTasks: most, tasks });
  expect(decision?.reason).toContain(`${row[4]} ${row[5]}`);
});
