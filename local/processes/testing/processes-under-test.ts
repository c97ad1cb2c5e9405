import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "../../../runtime/clock.ts";
import { identifyProcess } from "../identify-process.ts";
import { Processes } from "../processes.ts";
import { claimRunFolder } from "../run-folder.ts";

export interface ProcessesUnderTest {
  processes: Processes;
  /** A folder for the test's own use; removed with the rest. */
  directory: string;
  events: string[];
  /** Ends everything. Returns the groups that still ran, and the processes that still live. */
  down(): Promise<{ left: number[]; living: number[] }>;
}

/** Processes and their reaper in a folder of their own. */
export async function startProcessesUnderTest(clock: Clock = systemClock): Promise<ProcessesUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), "sluice-processes-"));
  const runFolder = await claimRunFolder(join(directory, "run"));
  const events: string[] = [];
  const processes = new Processes({ runFolder, clock, onEvent: (event) => void events.push(event) });
  return {
    processes,
    directory,
    events,
    async down() {
      const left = processes.pids;
      const all = [...left, ...(processes.reaperPid === undefined ? [] : [processes.reaperPid])];
      await processes.close();
      await runFolder.release();
      await rm(directory, { recursive: true, force: true });
      return { left, living: await livingOf(all) };
    },
  };
}

/** The processes that have not ended. */
export async function livingOf(pids: number[]): Promise<number[]> {
  const identities = await Promise.all(pids.map((pid) => identifyProcess(pid)));
  return pids.filter((_, index) => identities[index] !== undefined);
}
