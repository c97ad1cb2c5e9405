import fc from "fast-check";
import { expect, it } from "vitest";
import { type Launch, launchAllowance, recordLaunch } from "./launch-rate.ts";

it("allows no more than the quota in any minute [C operating-at-scale-service-quotas]", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ wait: fc.nat(40_000), asked: fc.nat(9) }), { maxLength: 30 }), (asked) => {
      let launches: Launch[] = [];
      let now = 0;
      const all: Launch[] = [];
      for (const one of asked) {
        now += one.wait;
        const count = Math.min(one.asked, launchAllowance(launches, 10, now));
        launches = recordLaunch(launches, count, now);
        all.push({ at: now, count });
      }

      for (const { at } of all) {
        const minute = all.filter((one) => one.at >= at && one.at < at + 60_000);
        expect(minute.reduce((total, { count }) => total + count, 0)).toBeLessThanOrEqual(10);
      }
    }),
  );
});

it("allows the whole quota again after a minute", () => {
  const launches = recordLaunch([], 10, 0);

  expect(launchAllowance(launches, 10, 59_999)).toBe(0);
  expect(launchAllowance(launches, 10, 60_000)).toBe(10);
});
