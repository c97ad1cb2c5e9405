import { expect, it } from "vitest";
import { defaults, parameters } from "./parameters.ts";

const units = /(Milliseconds|Minutes|Percent|Share|ShareMaximum|Maximum|Minimum|Datapoints)$/;

it.each(Object.entries(parameters))("%s names its unit and its source", (name, { source }) => {
  expect(name).toMatch(units);
  expect(source).toMatch(/^https:\/\/|\.md/);
});

it("gives every parameter's value as the default", () => {
  expect(Object.keys(defaults)).toEqual(Object.keys(parameters));
  expect(defaults).toMatchObject({ provisioningTasksMaximum: 500, instanceWarmupMilliseconds: 300_000 });
});

it.each([
  { name: "provisioningTimeoutMilliseconds", from: 10 * 60_000, to: 30 * 60_000, source: "B CR/2381" },
  { name: "taskStartMilliseconds", from: 2_000, to: 5_000, source: "D docs/model.md, cached image" },
] as const)("keeps $name between $from and $to [$source]", ({ name, from, to }) => {
  expect(defaults[name]).toBeGreaterThanOrEqual(from);
  expect(defaults[name]).toBeLessThanOrEqual(to);
});
