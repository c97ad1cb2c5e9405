import type { Scenario } from "../replay/scenario.ts";
import { definePolicy, type Policy, withinBounds } from "./policy.ts";

/** KEDA's defaults: aws_sqs_queue_scaler.go queueLength 5, messages in flight counted. */
export function kedaDefault(scenario: Scenario): Policy {
  return keda("keda-default", scenario, 5);
}

/** KEDA tuned for slots and wait target: the jobs that a task runs, and those it can start within 0.4 of the target. */
export function kedaTuned(scenario: Scenario): Policy {
  const { slotsPerTask, waitTargetSeconds, expectedServiceSeconds } = scenario;
  return keda("keda-tuned", scenario, slotsPerTask * (1 + (0.4 * waitTargetSeconds) / expectedServiceSeconds));
}

/**
 * The Kubernetes HPA on KEDA's metric, setting the service's count itself. autoscaling/v2: ceil(total / target) each 15 s,
 * 10 % tolerance; up by double or 4 in 15 s, whichever is more; down to the highest recommendation of the last 300 s (stabilization window).
 */
function keda(name: string, scenario: Scenario, queueLength: number): Policy {
  return definePolicy<Memory>({
    name,
    tickSeconds: 15,
    memory: [],
    decide(memory, { visibleJobs, jobsInFlight, desiredTasks }, now) {
      const recommended = recommend(visibleJobs + jobsInFlight, queueLength, desiredTasks);
      const recent = [
        ...memory.filter(({ at }) => at > now - stabilizationMilliseconds),
        { at: now, tasks: recommended },
      ];
      const highest = recent.reduce((most, { tasks }) => Math.max(most, tasks), 0);
      const stabilized = recommended < desiredTasks ? Math.min(desiredTasks, highest) : recommended;
      const limited = Math.min(stabilized, Math.max(2 * desiredTasks, desiredTasks + 4));
      const tasks = withinBounds(scenario, limited);
      return { memory: recent, tasks, actions: [{ kind: "set-desired-count", tasks }] };
    },
  });
}

type Memory = readonly { at: number; tasks: number }[];

const stabilizationMilliseconds = 300_000;
const tolerance = 0.1;

function recommend(total: number, queueLength: number, current: number): number {
  const ratio = total / (queueLength * Math.max(1, current));
  return Math.abs(ratio - 1) <= tolerance ? current : Math.ceil(total / queueLength);
}
