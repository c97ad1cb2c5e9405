import { describe, expect, it } from "vitest";
import { findLargestRise } from "./stretch.ts";

/** So many jobs of 10 s in each minute. */
function jobsByMinute(...counts: number[]) {
  const arrivals = counts.flatMap((count, minute) =>
    Array.from({ length: count }, (_, job) => minute * 60 + (job * 60) / count),
  );
  return { arrivalSeconds: Float64Array.from(arrivals), serviceSeconds: Float64Array.from(arrivals, () => 10) };
}

describe("the largest rise of work", () => {
  it("begins where more comes than came before", () => {
    const calm = Array.from({ length: 30 }, () => 2);
    const busy = Array.from({ length: 10 }, () => 9);

    expect(findLargestRise(jobsByMinute(...calm, ...busy, ...calm), 600)).toEqual({
      fromSeconds: 1_800,
      toSeconds: 2_400,
    });
  });

  it("counts work and not jobs", () => {
    const jobs = jobsByMinute(...Array.from({ length: 40 }, () => 2));
    jobs.serviceSeconds[50] = 1_000;

    const rise = findLargestRise(jobs, 300);

    // Job 50 comes in minute 25.
    expect(rise).toEqual({ fromSeconds: 1_500, toSeconds: 1_800 });
  });

  it("stands right before a burst that comes alone", () => {
    const burst = jobsByMinute(...Array.from({ length: 10 }, () => 0), 500);

    expect(findLargestRise(burst, 1_200)).toEqual({ fromSeconds: 600, toSeconds: 1_800 });
  });

  it("is none where work only falls, or where there is none", () => {
    expect(findLargestRise(jobsByMinute(9, 8, 7, 6, 5, 4, 3, 2, 1), 300)).toBeUndefined();
    expect(findLargestRise(jobsByMinute(), 300)).toBeUndefined();
  });
});
