import { measureBacklog } from "../../autoscaler/decide/backlog.ts";
import { acceptableBacklogPerTask } from "../../autoscaler/policy/acceptable-backlog.ts";
import type { CooldownLengths } from "../model/scaling/scaling-activity.ts";
import type { Scenario } from "../replay/scenario.ts";
import { definePolicy, type Policy, type PolicySample, type TrackingWiring, withinBounds } from "./policy.ts";

/** The one series of a policy that publishes a metric for target tracking. */
export const metricName = "backlog";

/** Target tracking on the metric that the policy publishes; AWS's cooldowns are 300 s both ways. */
export function trackPublished(target: number, cooldown: CooldownLengths = awsCooldown): TrackingWiring {
  return {
    name: "track-metric",
    series: `published:${metricName}`,
    policy: { target, statistic: "Average", isScaleInDisabled: false },
    cooldown,
  };
}

/** [A] TargetTrackingScalingPolicyConfiguration: 300 s for ECS, step scaling alike. */
export const awsCooldown: CooldownLengths = { outMilliseconds: 300_000, inMilliseconds: 300_000 };

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
    ...trackBacklog(scenario, target),
  });
}

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

/**
 * cdk-ecs-service-extensions queue.ts and queue_backlog_calculator.py: Copilot's rule each minute, the target not rounded,
 * AWS's own cooldowns of 300 s as none are set.
 */
export function queueExtension(scenario: Scenario): Policy {
  const target = scenario.waitTargetSeconds / scenario.expectedServiceSeconds;
  return definePolicy({
    name: "queue-extension",
    tickSeconds: 60,
    ...trackBacklog(scenario, target),
  });
}

/** Publishes the backlog per task at each tick, for target tracking to keep at `target`. */
function trackBacklog(scenario: Scenario, target: number) {
  return {
    wiring: { tracking: [trackPublished(target)] },
    memory: undefined,
    decide: (memory: undefined, sample: PolicySample) => ({
      memory,
      tasks: withinBounds(scenario, Math.ceil(sample.visibleJobs / target)),
      actions: [{ kind: "publish" as const, metric: metricName, value: measureBacklog(sample).backlogPerTask }],
    }),
  };
}
