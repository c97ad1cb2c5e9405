import { measureBacklog } from "../../autoscaler/decide/backlog.ts";
import { acceptableBacklogPerTask } from "../../autoscaler/policy/acceptable-backlog.ts";
import type { Scenario } from "../replay/scenario.ts";
import { metricName, trackPublished } from "./backlog-per-task.ts";
import { definePolicy, type Policy, withinBounds } from "./policy.ts";

/** AWS's backlog per task, as good as it gets: every 10 s, with the slots of a task in the target, cooldowns of 300 s. */
export function textbook(scenario: Scenario): Policy {
  const target = acceptableBacklogPerTask({
    waitTargetSeconds: scenario.waitTargetSeconds,
    expectedJobMilliseconds: scenario.expectedServiceSeconds * 1_000,
    slots: scenario.slotsPerTask,
  });
  return definePolicy({
    name: "textbook",
    tickSeconds: 10,
    wiring: { tracking: [trackPublished(target)] },
    memory: undefined,
    decide(memory, sample) {
      return {
        memory,
        tasks: withinBounds(scenario, Math.ceil(sample.visibleJobs / target)),
        actions: [{ kind: "publish", metric: metricName, value: measureBacklog(sample).backlogPerTask }],
      };
    },
  });
}
