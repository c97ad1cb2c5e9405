import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the recordings of this run of the tests. */
    recordings: string;
  }
}

/** Gives all test files of one run the same recordings of the program; they go with the run, so that none outlives a change. */
export default async function shareRecordings(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "sluice-recordings-"));
  project.provide("recordings", directory);
  project.onTestsRerun(async () => {
    for (const file of await readdir(directory)) await rm(join(directory, file));
  });
  return () => rm(directory, { recursive: true, force: true });
}
