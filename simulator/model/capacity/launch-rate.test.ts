import fc from "fast-check";
import { expect, it } from "vitest";
import { LaunchRate } from "./launch-rate.ts";

const minute = 60_000;

it("allows no more launches than the quota in any minute [C operating-at-scale-service-quotas]", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ wait: fc.nat(40_000), asked: fc.nat(9) }), { maxLength: 30 }), (asked) => {
      const rate = new LaunchRate(10);
      const launches: { at: number; count: number }[] = [];
      let now = 0;
      for (const one of asked) {
        now += one.wait;
        const count = Math.min(one.asked, rate.allowance(now));
        rate.record(count, now);
        launches.push({ at: now, count });
      }

      for (const { at } of launches) {
        const inMinute = launches.filter((one) => one.at >= at && one.at < at + minute);
        expect(inMinute.reduce((total, { count }) => total + count, 0)).toBeLessThanOrEqual(10);
      }
      if (rate.allowance(now) === 0) expect(rate.allowance(rate.nextAllowanceAt(now))).toBeGreaterThan(0);
    }),
  );
});
