import { expect, it } from "vitest";
import { shorten } from "./fast-clock.ts";

it("divides delays by the speed, and leaves minutes of ours, counts and quotas as they are", () => {
  const parameters = { bootMilliseconds: 55_000, protectionMinutes: 120, launchesPerMinuteMaximum: 500, zones: ["a"] };

  expect(shorten(parameters, 50)).toEqual({ ...parameters, bootMilliseconds: 1_100 });
});
