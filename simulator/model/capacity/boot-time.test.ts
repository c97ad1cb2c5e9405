import { expect, it } from "vitest";
import { bootMilliseconds } from "./boot-time.ts";
import { defaults } from "./parameters.ts";
import { times } from "./testing/samples.ts";

it.each([
  { uniform: 0.5, seconds: 55 },
  { uniform: 0.95, seconds: 110 },
  { uniform: 0.05, seconds: 27.5 },
])("boots within $seconds s at the quantile $uniform [D docs/model.md]", ({ uniform, seconds }) => {
  expect(bootMilliseconds(uniform, defaults) / 1_000).toBeCloseTo(seconds, 1);
});

it("grows with the number drawn and stays finite at both ends", () => {
  const drawn = [...times(20, (index) => index / 20), 1 - 2 ** -53].map((uniform) =>
    bootMilliseconds(uniform, defaults),
  );

  expect([...drawn].sort((a, b) => a - b)).toEqual(drawn);
  expect(drawn[0]).toBeGreaterThan(5_000);
  expect(drawn.at(-1)).toBeLessThan(300_000);
});
