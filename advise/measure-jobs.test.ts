import { describe, expect, it } from "vitest";
import type { JobList } from "../workload/job-list.ts";
import { compareWithMeasured, measureJobs } from "./measure-jobs.ts";

function list(arrivals: number[], service: number): JobList {
  return {
    arrivalSeconds: Float64Array.from(arrivals),
    serviceSeconds: new Float64Array(arrivals.length).fill(service),
  };
}

const each = (seconds: number, count: number) => Array.from({ length: count }, (_, index) => index * seconds);

describe("a job list", () => {
  it("tells length, bursts, the jobs of a month and how even the load is", () => {
    const jobs = list(each(10, 361), 60);
    jobs.serviceSeconds[7] = 1_800;

    const { answers, facts } = measureJobs(jobs);

    expect(answers).toEqual({
      "longest-minutes": 30,
      "typical-seconds": expect.closeTo((360 * 60 + 1_800) / 361),
      burst: "no",
      "jobs-per-month": Math.round(361 * 730),
      load: "steady",
    });
    expect(facts[0]).toBe("longest job: 30 min 00 s; mean: 1 min 05 s");
  });

  it("is uneven if an hour of a day has more than twice the mean", () => {
    const quiet = each(360, 241);
    const peak = Array.from({ length: 60 }, (_, index) => 40_000 + index);

    expect(measureJobs(list(quiet, 1)).answers.load).toBe("steady");
    expect(
      measureJobs(
        list(
          [...quiet, ...peak].toSorted((one, other) => one - other),
          1,
        ),
      ).answers.load,
    ).toBe("uneven");
  });

  it("has a burst with more than 1,000 arrivals within ten seconds", () => {
    expect(measureJobs(list(each(0.01, 1_001), 1)).answers.burst).toBe("yes");
    expect(measureJobs(list(each(0.01, 1_000), 1)).answers.burst).toBe("no");
  });

  it("leaves open what it is too short to tell", () => {
    const { answers, facts } = measureJobs(list(each(1, 300), 1));

    expect(answers).not.toHaveProperty("load");
    expect(answers).not.toHaveProperty("jobs-per-month");
    expect(facts.at(-1)).toContain("came 4 min 59 s and 300");
  });
});

describe("an answer beside a job list", () => {
  it.each([
    ["longest-minutes", 5, 30],
    ["load", "steady", "uneven"],
    ["burst", "no", "yes"],
    ["typical-seconds", 3, 8],
  ])("contradicts it: --%s %s, measured %s", (question, given, measured) => {
    expect(compareWithMeasured({ [question]: given }, { [question]: measured })).toEqual({
      question,
      contradiction: expect.stringContaining(`--${question} says ${given}, but the job list says ${measured}`),
    });
  });

  it.each([
    ["longest-minutes", 40, 30],
    ["burst", "yes", "no"],
    ["load", "steady", "steady"],
  ])("may say more than it shows: --%s %s, measured %s", (question, given, measured) => {
    expect(compareWithMeasured({ [question]: given }, { [question]: measured })).toBeUndefined();
  });
});
