import { describe, expect, it } from "vitest";
import { definePolicy, type PolicySample } from "../../policies/policy.ts";
import { policySample } from "../../policies/testing/samples.ts";
import { blurCounts, lookLate, lookThrough, loseSamples, silenceAll, silenceHalf } from "./blur-sample.ts";

const ticks = Array.from({ length: 2_000 }, (_, tick) => tick * 10_000);

describe("blurred counts", () => {
  const counts = (seed: number) => ticks.map((now) => blurCounts(0.2, seed)(policySample({ visibleJobs: 1_000 }), now));

  it("are off by a fifth of the count, up and down alike", () => {
    const visible = counts(1).map((sample) => sample?.visibleJobs ?? Number.NaN);

    const mean = visible.reduce((sum, count) => sum + count, 0) / visible.length;
    const deviation = Math.sqrt(visible.reduce((sum, count) => sum + (count - mean) ** 2, 0) / visible.length);
    expect(Math.abs(mean - 1_000)).toBeLessThan(20);
    expect(Math.abs(deviation - 200)).toBeLessThan(20);
  });

  it("are whole, never below none, and the same for the same seed alone", () => {
    const blurred = counts(1);

    expect(blurred.every((sample) => sample && sample.visibleJobs >= 0 && Number.isInteger(sample.visibleJobs))).toBe(
      true,
    );
    expect(counts(1)).toEqual(blurred);
    expect(counts(2)).not.toEqual(blurred);
  });

  it("leave nothing at nothing, and what is not the queue's alone", () => {
    const seen = blurCounts(0.2, 1)(policySample({ runningTasks: 1_000 }), 10_000);

    expect(seen).toMatchObject({ visibleJobs: 0, jobsInFlight: 0, runningTasks: 1_000 });
  });
});

describe("a late look", () => {
  it("sees what was so long ago, and the first as long as nothing is that old", () => {
    const look = lookLate(30_000);

    const seen = [0, 1, 2, 3, 4, 5].map(
      (tick) => look(policySample({ visibleJobs: tick }), tick * 10_000)?.visibleJobs,
    );

    expect(seen).toEqual([0, 0, 0, 0, 1, 2]);
  });

  it("keeps what the workers said then, though it is asked for later", () => {
    let age = 1;
    const workers = { reportingTasks: 1, slots: 1, busySlots: 1, serviceSeconds: [] };
    const live = Object.defineProperty({ ...workers, agesSeconds: [] as readonly number[] }, "agesSeconds", {
      enumerable: true,
      get: () => [age],
    });
    const look = lookLate(10_000);
    look(policySample({ workers: live }), 0);

    age = 99;

    expect(look(policySample({ workers: live }), 10_000)?.workers?.agesSeconds).toEqual([1]);
  });
});

it("loses a share of the samples", () => {
  const lost = ticks.filter((now) => loseSamples(0.2, 3)(policySample(), now) === undefined);

  expect(lost.length / ticks.length).toBeCloseTo(0.2, 1);
});

describe("silent workers", () => {
  const sample = policySample({
    visibleJobs: 7,
    workers: {
      reportingTasks: 4,
      slots: 8,
      busySlots: 6,
      agesSeconds: [1, 2, 3, 4, 5, 6],
      serviceSeconds: [9, 8, 7, 6],
    },
  });

  it("tell nothing, while the queue still does", () => {
    expect(silenceAll()(sample, 0)).toMatchObject({ visibleJobs: 7, workers: undefined });
  });

  it("tell half where half of them are", () => {
    expect(silenceHalf()(sample, 0)?.workers).toEqual({
      reportingTasks: 2,
      slots: 4,
      busySlots: 3,
      agesSeconds: [1, 3, 5],
      serviceSeconds: [9, 7],
    });
  });
});

it("lets nothing be decided by a sample that is not seen", () => {
  const asked: PolicySample[] = [];
  const policy = definePolicy<undefined>({
    name: "asked",
    tickSeconds: 10,
    memory: undefined,
    decide(memory, sample) {
      asked.push(sample);
      return { memory, tasks: 99, actions: [{ kind: "set-desired-count", tasks: 99 }] };
    },
  });

  const decided = lookThrough(policy, () => () => undefined).begin()(policySample({ desiredTasks: 3 }), 0);

  expect(decided).toEqual({ tasks: 3, actions: [] });
  expect(asked).toEqual([]);
});
