import { expect, it } from "vitest";
import { uniform } from "./capacity.ts";

it("gives the same numbers in every run, spread evenly", () => {
  const numbers = Array.from({ length: 10_000 }, (_, index) => uniform(index + 1));

  const tenths = numbers.reduce(
    (counts, number) => counts.with(Math.floor(number * 10), (counts[Math.floor(number * 10)] ?? 0) + 1),
    Array<number>(10).fill(0),
  );

  expect(numbers.slice(0, 3)).toEqual([1, 2, 3].map(uniform));
  expect(new Set(numbers).size).toBeGreaterThan(9_990);
  expect(Math.min(...tenths)).toBeGreaterThan(900);
  expect(Math.max(...tenths)).toBeLessThan(1_100);
});
