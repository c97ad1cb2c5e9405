import { describe, expect, it } from "vitest";
import { datapointsAt, type Sample, type Statistic } from "./datapoints.ts";

const minute = 60_000;
const at = (milliseconds: number, value: number, lag = 0): Sample => ({
  at: milliseconds,
  visibleAt: milliseconds + lag,
  value,
});
const of = (statistic: Statistic, periodMilliseconds = minute) => ({ statistic, periodMilliseconds });

describe("the datapoints of a metric", () => {
  it.each<[Statistic, number]>([
    ["Average", 4],
    ["Sum", 12],
    ["Minimum", 1],
    ["Maximum", 9],
    ["SampleCount", 3],
  ])("are the %s of a period", (statistic, expected) => {
    const samples = [at(0, 2), at(20_000, 9), at(59_999, 1)];

    expect(datapointsAt(of(statistic), samples, 1, minute)).toEqual([expected]);
  });

  it("follow the clock and not the alarm: a period begins at a whole multiple of itself", () => {
    const samples = [at(59_999, 1), at(60_000, 5), at(119_999, 7), at(120_000, 100)];

    expect(datapointsAt(of("Sum"), samples, 2, 175_000)).toEqual([1, 12]);
  });

  it("leave a hole where nothing was published, also for a count: unknown is not zero", () => {
    expect(datapointsAt(of("SampleCount"), [at(0, 1), at(130_000, 1)], 3, 180_000)).toEqual([1, undefined, 1]);
  });

  it("show a late sample only once it is visible, in the period of its own timestamp", () => {
    const samples = [at(30_000, 8, 90_000)];

    expect(datapointsAt(of("Average"), samples, 1, 119_999)).toEqual([undefined]);
    expect(datapointsAt(of("Average"), samples, 2, 120_000)).toEqual([8, undefined]);
  });

  it("come each 10 seconds from a 10 second period", () => {
    expect(datapointsAt(of("Average", 10_000), [at(1_000, 1), at(11_000, 2)], 2, 20_000)).toEqual([1, 2]);
  });
});
