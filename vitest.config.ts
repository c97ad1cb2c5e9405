import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "{contract,runtime,services,autoscaler,simulator,local,engine,report,tools,deploy,client,workload,load}/**/*.test.ts",
          ],
          exclude: ["**/*.journey.test.ts"],
        },
      },
      { test: { name: "infra", include: ["infra/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          name: "journey",
          include: ["local/**/*.journey.test.ts"],
          testTimeout: 90_000,
          hookTimeout: 60_000,
          // Each file has a cloud of its own; they wait more than they work.
          maxWorkers: 2,
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
