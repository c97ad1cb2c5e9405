import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type PlanOptions, planLoad } from "./plan.ts";

const options: PlanOptions = {
  source: { kind: "shape", shape: "steady", count: 250, durationSeconds: 10 },
  work: { kind: "constant", meanSeconds: 0.5 },
  seed: 1,
  type: "echo",
  payload: undefined,
  batch: 1,
};

it("is the same for the same seed, and differs for another", async () => {
  expect(await planLoad(options)).toEqual(await planLoad(options));
  expect(await planLoad(options)).not.toEqual(await planLoad({ ...options, seed: 2 }));
});

it("has jobs with the given run time", async () => {
  const [first] = await planLoad(options);

  expect(first?.jobs).toEqual([{ type: "echo", payload: { sleepMs: 500 } }]);
});

it("spreads jobs in order over the groups in turn", async () => {
  const requests = await planLoad({ ...options, groups: 2, batch: 3 });

  const jobs = requests.slice(0, 2).flatMap((request) => request.jobs);
  expect(jobs.map(({ fifo, groupId }) => [fifo, groupId])).toEqual(
    [0, 1, 0, 1, 0, 1].map((group) => [true, `group-${group}`]),
  );
});

it("sends a batch when its last job has arrived", async () => {
  const single = await planLoad(options);

  const batched = await planLoad({ ...options, batch: 100 });

  expect(batched.map(({ jobs }) => jobs.length)).toEqual([100, 100, 50]);
  expect(batched.map(({ atSeconds }) => atSeconds)).toEqual([99, 199, 249].map((index) => single[index]?.atSeconds));
});

it("takes times and run times from a list, up to the given count", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-load-"));
  try {
    const file = join(folder, "list.csv");
    writeFileSync(file, "arrival_seconds,service_seconds\n1,0.25\n2,0\n3,1\n");

    expect(await planLoad({ ...options, source: { kind: "jobs", file, most: 2 } })).toEqual([
      { atSeconds: 1, jobs: [{ type: "echo", payload: { sleepMs: 250 } }] },
      { atSeconds: 2, jobs: [{ type: "echo", payload: {} }] },
    ]);
    expect(await planLoad({ ...options, source: { kind: "arrivals", file, most: undefined } })).toHaveLength(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("sends the given payload", async () => {
  const [first] = await planLoad({ ...options, type: "word-frequency", payload: { text: "a b" } });

  expect(first?.jobs).toEqual([{ type: "word-frequency", payload: { text: "a b" } }]);
});
