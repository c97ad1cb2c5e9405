import type { Scenario } from "../replay/scenario.ts";
import { definePolicy, type Policy, withinBounds } from "./policy.ts";

/**
 * buildkite-agent-scaler: a slot for each job that waits or runs, every 10 s, instances ordered with the agents. Out after
 * 300 s at the earliest, in after 3600 s: the cooldowns of its template.
 */
export function buildkite(scenario: Scenario): Policy {
  return definePolicy<Memory>({
    name: "buildkite",
    tickSeconds: 10,
    memory: { outAt: undefined, changedAt: undefined },
    decide(memory, { visibleJobs, jobsInFlight, desiredTasks }, now) {
      const desired = withinBounds(scenario, Math.ceil((visibleJobs + jobsInFlight) / scenario.slotsPerTask));
      const isDue =
        desired > desiredTasks
          ? hasPassed(memory.outAt, outCooldown, now)
          : hasPassed(memory.changedAt, inCooldown, now);
      if (desired === desiredTasks || !isDue) return { memory, tasks: desiredTasks, actions: [] };
      const instances = Math.ceil(desired / scenario.tasksPerInstance);
      return {
        memory: { outAt: desired > desiredTasks ? now : memory.outAt, changedAt: now },
        tasks: desired,
        actions: [
          { kind: "set-desired-count", tasks: desired },
          { kind: "set-min-size", instances },
        ],
      };
    },
  });
}

interface Memory {
  outAt: number | undefined;
  changedAt: number | undefined;
}

const outCooldown = 300_000;
const inCooldown = 3_600_000;

function hasPassed(since: number | undefined, cooldown: number, now: number): boolean {
  return since === undefined || now - since >= cooldown;
}
