import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { ManualClock } from "../../../runtime/clock.ts";
import { type ProcessesUnderTest, startProcessesUnderTest } from "../../processes/testing/processes-under-test.ts";
import type { ServiceUnderTest } from "./service-under-test.ts";

/** Processes for all tests of a file. Each test's service is stopped after the test, and nothing may remain of it. */
export function useProcesses(clock: ManualClock, serviceOfTest: () => ServiceUnderTest): () => ProcessesUnderTest {
  let processes: ProcessesUnderTest;
  beforeAll(async () => {
    processes = await startProcessesUnderTest(clock);
  });
  afterAll(async () => {
    expect(await processes.down()).toEqual({ left: [], living: [] });
  });
  afterEach(async () => {
    const { stop, service } = serviceOfTest();
    const stopped = stop(0);
    await clock.advance(0);
    await stopped;
    expect(processes.processes.pids).toEqual([]);
    expect(service.tasks()).toEqual([]);
  });
  return () => processes;
}
