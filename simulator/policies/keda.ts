import type { Scenario } from "../replay/scenario.ts";
import { definePolicy, type Policy, withinBounds } from "./policy.ts";

/** KEDA as it comes: aws_sqs_queue_scaler.go queueLength 5, messages in flight counted. */
export function kedaDefault(scenario: Scenario): Policy {
  return keda("keda-default", scenario, 5);
}

/** KEDA by someone who knows slots and wait target: what a task starts within .4 of the target, and what it runs. */
export function kedaTuned(scenario: Scenario): Policy {
  const { slotsPerTask, waitTargetSeconds, expectedServiceSeconds } = scenario;
  return keda("keda-tuned", scenario, slotsPerTask * (1 + (0.4 * waitTargetSeconds) / expectedServiceSeconds));
}

/**
 * The Kubernetes HPA on KEDA's metric, setting the service's count itself. autoscaling/v2: ceil(total / target) each 15 s,
 * 10 % tolerance; up by double or 4 in 15 s, whichever is more; down to the highest wish of 300 s.
 */
function keda(name: string, scenario: Scenario, queueLength: number): Policy {
  return definePolicy<Memory>({
    name,
    tickSeconds: 15,
    memory: [],
    decide(memory, { visibleJobs, jobsInFlight, desiredTasks }, now) {
      const wish = recommend(visibleJobs + jobsInFlight, queueLength, desiredTasks);
      const recent = [...memory.filter(({ at }) => at > now - stabilizationMilliseconds), { at: now, tasks: wish }];
      const highest = recent.reduce((most, { tasks }) => Math.max(most, tasks), 0);
      const stabilized = wish < desiredTasks ? Math.min(desiredTasks, highest) : wish;
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
