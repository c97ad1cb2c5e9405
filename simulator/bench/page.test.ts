import { beforeAll, describe, expect, it } from "vitest";
import { benchmarked } from "../policies/catalogue.ts";
import { createShapeScenario } from "../replay/scenario.ts";
import { runBench } from "./bench.ts";
import type { Collection } from "./collection.ts";
import { writePage } from "./page.ts";
import { commonDisturbances } from "./plan-pairs.ts";

/** A list of 20 minutes, so that every replay of a page takes a moment. */
const tiny: Collection = {
  title: "Tiny lists",
  preface: "One list.",
  lists: [
    {
      origin: "a test",
      scenario: createShapeScenario({
        shape: "flash",
        meanRate: 0.2,
        durationSeconds: 1_200,
        service: { kind: "exponential", meanSeconds: 5 },
        seed: 1,
      }),
    },
  ],
};

const silent = { write() {} };
let given: string;
let generatedOnly: string;

beforeAll(async () => {
  const [first, second] = await runBench([tiny, tiny], { seeds: 1, threads: 1 }, silent);
  if (!first || !second) throw new Error("expected two judgements");
  given = writePage({ generated: first, given: second, seeds: 1 }, "Nothing yet.\n");
  generatedOnly = writePage({ generated: first, given: undefined, seeds: 1 }, undefined);
});

describe("the page", () => {
  it("says first that nothing was measured on AWS", () => {
    expect(given.split("\n")[2]).toMatch(/^\*\*Every figure here is simulated.*none was measured on AWS/);
  });

  it("has a row for every policy and every disturbance", () => {
    for (const policy of Object.keys(benchmarked))
      expect(given).toMatch(new RegExp(`^\\| (\\*\\*)?${policy}(\\*\\*)? \\|`, "m"));
    for (const name of commonDisturbances) expect(given).toMatch(new RegExp(`^\\| ${name} \\|`, "m"));
  });

  it("names each list with its origin and its parameters", () => {
    expect(given).toMatch(/^\| flash \| \d+ \| \d\.\d \| 60 \| 2 \| 1 \| 200 \| a test \|$/m);
  });

  it("judges lists that were given, and says how to give some where none were", () => {
    expect(given).toContain("### Gate");
    expect(given).toContain("## Tried and dropped\n\nNothing yet.");
    expect(generatedOnly).not.toContain("### Gate");
    expect(generatedOnly).toContain("--lists FOLDER");
    expect(generatedOnly).not.toContain("Tried and dropped");
  });

  it("is the same from the same lists, whatever ran at once", async () => {
    const [first, second] = await runBench([tiny, tiny], { seeds: 1, threads: 2 }, silent);

    const again = first && writePage({ generated: first, given: second, seeds: 1 }, "Nothing yet.\n");

    expect(again).toBe(given);
  }, 60_000);
});
