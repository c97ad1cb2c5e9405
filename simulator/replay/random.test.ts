import { expect, it } from "vitest";
import { spreadOver, uniformAt } from "./random.ts";

it("gives each place of each seed a number of its own, spread evenly", () => {
  const numbers = Array.from({ length: 10_000 }, (_, index) => uniformAt(index % 100, Math.floor(index / 100)));

  const tenths = Array.from({ length: 10 }, (_, tenth) => {
    return numbers.filter((number) => Math.floor(number * 10) === tenth).length;
  });
  expect(new Set(numbers).size).toBeGreaterThan(9_990);
  // Five deviations of a count of 1,000.
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(5 * Math.sqrt(900));
});

it("keeps the phases of few seeds apart", () => {
  const phases = [1, 2, 3, 4].map(spreadOver).toSorted((a, b) => a - b);

  const gaps = phases.map((phase, index) =>
    index === 0 ? phase + 1 - (phases.at(-1) ?? 0) : phase - (phases[index - 1] ?? 0),
  );
  expect(Math.min(...gaps)).toBeGreaterThan(0.14);
});
