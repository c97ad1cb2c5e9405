import type { Scenario } from "../replay/scenario.ts";
import { definePolicy, type Policy, withinBounds } from "./policy.ts";

/** A slot for each job there is, the second it comes: the ceiling for anything that cannot foresee. */
export function jit(scenario: Scenario): Policy {
  const { slotsPerTask, tasksPerInstance } = scenario;
  return definePolicy({
    name: "jit",
    tickSeconds: 1,
    memory: undefined,
    decide(memory, { visibleJobs, jobsInFlight }) {
      const tasks = withinBounds(scenario, Math.ceil((visibleJobs + jobsInFlight) / slotsPerTask));
      return {
        memory,
        tasks,
        actions: [
          { kind: "set-desired-count", tasks },
          { kind: "set-min-size", instances: Math.ceil(tasks / tasksPerInstance) },
        ],
      };
    },
  });
}
