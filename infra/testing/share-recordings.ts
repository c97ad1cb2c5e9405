import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder for the recordings of this test run. */
    recordings: string;
  }
}

/** Shares recordings of the program among all test files of a run. They are deleted afterwards, so that none is ever stale. */
export default async function shareRecordings(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "sluice-recordings-"));
  project.provide("recordings", directory);
  project.onTestsRerun(async () => {
    for (const file of await readdir(directory)) await rm(join(directory, file));
  });
  return () => rm(directory, { recursive: true, force: true });
}
