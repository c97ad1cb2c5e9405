import { expect, it } from "vitest";
import { countReversals, DesiredLog } from "./desired-log.ts";

const minutes = (count: number) => count * 60_000;

it("notes changes alone", () => {
  const log = new DesiredLog(2);

  for (const [at, tasks] of [
    [1, 2],
    [2, 3],
    [3, 3],
    [4, 1],
  ] as const)
    log.note(at, tasks);

  expect(log.changes).toEqual([
    { at: 2, tasks: 3 },
    { at: 4, tasks: 1 },
  ]);
});

it("counts an action as undone when the next goes the other way within ten minutes", () => {
  const changes = [
    { at: minutes(0), tasks: 5 },
    { at: minutes(1), tasks: 9 },
    { at: minutes(11), tasks: 8 },
    { at: minutes(12), tasks: 9 },
    { at: minutes(23), tasks: 2 },
  ];

  expect(countReversals(1, changes)).toBe(2);
});
