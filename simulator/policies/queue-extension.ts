import { measureBacklog } from "../../autoscaler/decide/backlog.ts";
import type { Scenario } from "../replay/scenario.ts";
import { metricName, trackPublished } from "./backlog-per-task.ts";
import { definePolicy, type Policy, withinBounds } from "./policy.ts";

/**
 * cdk-ecs-service-extensions queue.ts and queue_backlog_calculator.py: Copilot's rule each minute, the target not rounded,
 * AWS's own cooldowns of 300 s as none are set.
 */
export function queueExtension(scenario: Scenario): Policy {
  const target = scenario.waitTargetSeconds / scenario.expectedServiceSeconds;
  return definePolicy({
    name: "queue-extension",
    tickSeconds: 60,
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
