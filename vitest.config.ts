import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * How long a test, a hook or a poll may take before it counts as hung. No test is expected to come near it: each waits for
 * events, and a busy machine is only slow.
 */
const patience = {
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 300_000 } },
};

/**
 * Journeys first, because they wait most, and of these the longest. The files of each other project stay together: vitest ends a
 * shared worker when the next file in the list is of another project.
 */
class JourneysFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

const longest = ["tracking", "workers", "scaling-modes", "steering", "teardown", "drained-worker", "short-leases"];

function rank({ project, moduleId }: TestSpecification): number {
  if (project.name !== "journey") return longest.length + (project.name === "infra" ? 1 : 2);
  const place = longest.findIndex((name) => moduleId.endsWith(`/${name}.journey.test.ts`));
  return place < 0 ? longest.length : place;
}

export default defineConfig({
  test: {
    sequence: { sequencer: JourneysFirst },
    // Two for each core of the smallest machine that runs this: journeys mostly wait.
    maxWorkers: 4,
    projects: [
      {
        test: {
          ...patience,
          name: "unit",
          // The files share their workers and what these have loaded: a test that leaves something behind fails others.
          isolate: false,
          include: [
            "{contract,runtime,services,autoscaler,simulator,local,engine,report,tools,deploy,client,workload,load,bench,advise,verify}/**/*.test.ts",
          ],
          exclude: ["**/*.journey.test.ts"],
        },
      },
      {
        test: {
          ...patience,
          name: "infra",
          isolate: false,
          include: ["infra/**/*.test.ts"],
          globalSetup: "infra/testing/share-recordings.ts",
        },
      },
      {
        test: {
          ...patience,
          name: "journey",
          include: ["local/**/*.journey.test.ts"],
        },
      },
    ],
  },
});
