import { decide } from "../../autoscaler/decide/decide.ts";
import type { Memory } from "../../autoscaler/decide/memory.ts";
import {
  type Observed,
  planActions,
  type ScalingAction,
  type ScalingMode,
} from "../../autoscaler/decide/plan-actions.ts";
import type { ScalingPolicy } from "../../autoscaler/policy/scaling-policy.ts";
import type { Scenario } from "../replay/scenario.ts";
import { metricName, trackPublished } from "./backlog-per-task.ts";
import { definePolicy, type Policy } from "./policy.ts";

/** Steers: floor out, count in, instances ordered ahead and given back when idle; target tracking agrees and acts if it fails. */
export function steering(scenario: Scenario): Policy {
  return deployed("steering", scenario, { kind: "steering", movesInstances: true });
}

/** The same without a hand on the instances: those are left to the capacity provider. */
export function steeringWithoutInstances(scenario: Scenario): Policy {
  return deployed("steering-no-instances", scenario, { kind: "steering", movesInstances: false });
}

/** Publishes its wish and leaves all else to target tracking: 100 means as many tasks as wanted. */
export function tracking(scenario: Scenario): Policy {
  return deployed("tracking", scenario, { kind: "tracking", movesInstances: false });
}

/** The very code that is deployed: it decides, plans by what it left on AWS, and publishes. */
function deployed(name: string, scenario: Scenario, mode: ScalingMode): Policy {
  const policy = policyOf(scenario);
  return definePolicy<{ core: Memory | undefined; left: Left }>({
    name,
    tickSeconds: policy.tickSeconds,
    wiring: { tracking: [trackPublished(100)] },
    memory: { core: undefined, left: { floorTasks: scenario.minTasks, instanceFloor: 0 } },
    decide({ core, left }, sample, now) {
      const { decision, memory } = decide(core, sample, policy, now);
      const actions = planActions(decision, { ...left, desiredTasks: sample.desiredTasks }, policy.minTasks, mode);
      return {
        memory: { core: memory, left: afterActions(left, actions) },
        tasks: decision.tasks,
        actions: [...actions, { kind: "publish", metric: metricName, value: decision.needPercent }],
      };
    },
  });
}

type Left = Omit<Observed, "desiredTasks">;

function afterActions(left: Left, actions: readonly ScalingAction[]): Left {
  let after = left;
  for (const action of actions) {
    if (action.kind === "set-floor") after = { ...after, floorTasks: action.tasks };
    else if (action.kind === "set-instance-floor") after = { ...after, instanceFloor: action.instances };
  }
  return after;
}

function policyOf(scenario: Scenario): ScalingPolicy {
  return {
    waitTargetSeconds: scenario.waitTargetSeconds,
    expectedServiceSeconds: scenario.expectedServiceSeconds,
    slots: scenario.slotsPerTask,
    minTasks: scenario.minTasks,
    maxTasks: scenario.maxTasks,
    eagerness: 0,
    taskStartSeconds: scenario.warmStartSeconds,
    bootSeconds: scenario.bootSeconds,
    tasksPerInstance: scenario.tasksPerInstance,
    tickSeconds: 10,
  };
}
