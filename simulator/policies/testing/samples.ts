import { createScenario, type Scenario, type ScenarioOptions } from "../../replay/scenario.ts";
import type { PolicySample } from "../policy.ts";

/** Jobs of 10 s, 60 s to wait, two slots a task: a task may have 12 jobs waiting. */
export function sampleScenario(options: ScenarioOptions = {}): Scenario {
  const arrivalSeconds = Float64Array.from({ length: 101 }, (_, second) => second);
  return createScenario("sample", { arrivalSeconds, serviceSeconds: arrivalSeconds.map(() => 10) }, options);
}

/** One idle task. */
export function policySample(changes: Partial<PolicySample> = {}): PolicySample {
  return {
    visibleJobs: 0,
    jobsInFlight: 0,
    delayedJobs: 0,
    runningTasks: 1,
    pendingTasks: 0,
    desiredTasks: 1,
    arrivals: { perSecond: 0, counts: [] },
    workers: { reportingTasks: 1, slots: 2, busySlots: 0, agesSeconds: [], serviceSeconds: [] },
    instances: [],
    usePercent: 0,
    ...changes,
  };
}
