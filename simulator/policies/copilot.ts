import { measureBacklog } from "../../autoscaler/decide/backlog.ts";
import type { Scenario } from "../replay/scenario.ts";
import { metricName, trackPublished } from "./backlog-per-task.ts";
import { definePolicy, type Policy, withinBounds } from "./policy.ts";

/**
 * The textbook as AWS Copilot has it. aws/copilot-cli cf-custom-resources/lib/backlog-per-task-calculator.js: each minute
 * ceil(messages / (running or 1)); target ceil(acceptable latency / processing time); cooldown 60 s out, 120 s in.
 */
export function copilot(scenario: Scenario): Policy {
  const target = Math.max(1, Math.ceil(scenario.waitTargetSeconds / scenario.expectedServiceSeconds));
  return definePolicy({
    name: "copilot",
    tickSeconds: 60,
    wiring: { tracking: [trackPublished(target, { outMilliseconds: 60_000, inMilliseconds: 120_000 })] },
    memory: undefined,
    decide(memory, sample) {
      return {
        memory,
        tasks: withinBounds(scenario, Math.ceil(sample.visibleJobs / target)),
        actions: [{ kind: "publish", metric: metricName, value: Math.ceil(measureBacklog(sample).backlogPerTask) }],
      };
    },
  });
}
