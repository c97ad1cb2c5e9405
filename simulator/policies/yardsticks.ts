import { limitsAt, type Scenario, totalServiceSeconds } from "../replay/scenario.ts";
import { definePolicy, type Policy, withinBounds } from "./policy.ts";

/** `scalingMode: fixed`: the least tasks that the scenario allows at the time. */
export function fixedTasks(scenario: Scenario): Policy {
  return definePolicy({
    name: "fixed",
    tickSeconds: 60,
    memory: undefined,
    decide(memory, { desiredTasks }, now) {
      const tasks = limitsAt(scenario, now).minTasks;
      return { memory, tasks, actions: tasks === desiredTasks ? [] : [{ kind: "set-desired-count", tasks }] };
    },
  });
}

/** A fixed count that the mean work keeps busy: cost and waits without scaling. */
export function fixedMean(scenario: Scenario): Policy {
  const { jobs, slotsPerTask } = scenario;
  const lastArrival = jobs.arrivalSeconds.at(-1) ?? 0;
  return fixed("fixed-mean", scenario, totalServiceSeconds(jobs) / Math.max(1, lastArrival) / slotsPerTask);
}

/** A fixed count for the busiest stretch of the wait target's length. */
export function fixedPeak(scenario: Scenario): Policy {
  const { jobs, slotsPerTask, waitTargetSeconds } = scenario;
  const { arrivalSeconds, serviceSeconds } = jobs;
  let first = 0;
  let work = 0;
  let most = 0;
  for (const [job, arrival] of arrivalSeconds.entries()) {
    work += serviceSeconds[job] ?? 0;
    for (; (arrivalSeconds[first] ?? arrival) <= arrival - waitTargetSeconds; first += 1)
      work -= serviceSeconds[first] ?? 0;
    most = Math.max(most, work);
  }
  return fixed("fixed-peak", scenario, most / waitTargetSeconds / slotsPerTask);
}

function fixed(name: string, scenario: Scenario, wanted: number): Policy {
  const tasks = withinBounds(scenario, Math.ceil(wanted));
  return definePolicy({
    name,
    tickSeconds: 60,
    memory: undefined,
    decide: (memory) => ({ memory, tasks, actions: [{ kind: "set-desired-count", tasks }] }),
  });
}

/** A slot for each waiting and running job, each second: the ceiling for policies without foresight. */
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
