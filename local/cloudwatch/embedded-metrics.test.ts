import { expect, it } from "vitest";
import { readEmbeddedMetrics } from "./embedded-metrics.ts";

const line = (changes: object = {}) =>
  JSON.stringify({
    _aws: {
      Timestamp: 1_000,
      CloudWatchMetrics: [
        {
          Namespace: "Sluice",
          Dimensions: [["Type"]],
          Metrics: [{ Name: "Seconds", Unit: "Seconds" }, { Name: "Jobs" }],
        },
      ],
    },
    Type: "echo",
    Seconds: 2.5,
    Jobs: [1, 3],
    ...changes,
  });

it("reads each metric of a line, with its dimensions and its moment", () => {
  const metric = (name: string) => ({ namespace: "Sluice", name, dimensions: { Type: "echo" } });

  expect(readEmbeddedMetrics(line())).toEqual([
    { metric: metric("Seconds"), value: 2.5, at: 1_000 },
    { metric: metric("Jobs"), value: 1, at: 1_000 },
    { metric: metric("Jobs"), value: 3, at: 1_000 },
  ]);
});

it("leaves out what is no number, as CloudWatch does", () => {
  expect(readEmbeddedMetrics(line({ Seconds: "slow", Jobs: undefined }))).toEqual([]);
});

it.each([
  "hello",
  "{",
  '{"level":"info","message":"CloudWatchMetrics"}',
  '{"_aws":{"CloudWatchMetrics":"none"}}',
  "[]",
])("finds nothing in %s", (text) => {
  expect(readEmbeddedMetrics(text)).toEqual([]);
});
