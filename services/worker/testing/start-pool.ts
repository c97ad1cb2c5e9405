import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { JobFailure } from "../../jobs/job-type.ts";
import { createRunnerPool, type PoolOptions, type RunnerPool } from "../runner-pool.ts";

/** A pool of real processes that run the handlers of test-runner.ts. */
export interface TestPool extends RunnerPool {
  /** A folder for a run. */
  folder(): string;
}

export function startPool(changes: Partial<PoolOptions> = {}): TestPool {
  const base = mkdtempSync(join(tmpdir(), "sluice-pool-"));
  const clock: Clock = changes.clock ?? systemClock;
  const pool = createRunnerPool({
    entry: new URL("./test-runner.ts", import.meta.url),
    arguments: [],
    memory: { residentMegabytes: 1_000, heapMegabytes: 200, payloadDocumentBytes: 1_000_000, resultBytes: 80_000_000 },
    environment: process.env,
    async fetchUpload(owner, objectKey) {
      if (objectKey === "missing") throw new JobFailure("no-such-object", "there is none", { isFinal: true });
      return { file: import.meta.filename, bytes: `${owner}/${objectKey}`.length };
    },
    slots: 4,
    freshRunner: "never",
    log: silentLog,
    ...changes,
    clock,
  });
  return {
    start: pool.start,
    folder: () => mkdtempSync(join(base, "run-")),
    async close() {
      await pool.close();
      rmSync(base, { recursive: true, force: true });
    },
  };
}
