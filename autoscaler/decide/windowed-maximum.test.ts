import fc from "fast-check";
import { expect, it } from "vitest";
import { highest, keepPeaks, type Peak } from "./windowed-maximum.ts";

it("equals the maximum of all values within the window", () => {
  const anyValues = fc.array(fc.record({ value: fc.nat(500), after: fc.integer({ min: 1, max: 40 }) }));
  fc.assert(
    fc.property(anyValues, (steps) => {
      const all: Peak[] = [];
      let peaks: readonly Peak[] = [];
      let now = 0;
      for (const { value, after } of steps) {
        now += after * 1_000;
        all.push([now, value]);

        peaks = keepPeaks(peaks, [now, value], 60_000);

        expect(highest(peaks)).toBe(Math.max(...all.filter(([at]) => at > now - 60_000).map(([, one]) => one)));
      }
    }),
  );
});
