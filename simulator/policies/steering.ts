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

/** Scales out by MinCapacity and in by the desired count, sets the instance floor and releases idle instances; target tracking is the net. */
export function steering(scenario: Scenario): Policy {
  return deployed("steering", scenario, { kind: "steering", movesInstances: true });
}

/** The same without actions on instances: the capacity provider alone scales them. */
export function steeringWithoutInstances(scenario: Scenario): Policy {
  return deployed("steering-no-instances", scenario, { kind: "steering", movesInstances: false });
}

/** Publishes needed tasks over present ones in percent, and leaves the desired count to target tracking at 100. */
export function tracking(scenario: Scenario): Policy {
  return deployed("tracking", scenario, { kind: "tracking", movesInstances: false });
}

/** The controller's own code: it decides, plans actions by what it last set on AWS, and publishes. */
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
