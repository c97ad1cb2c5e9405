import type { ControllerState } from "../../autoscaler/decide/controller-state.ts";
import { decide } from "../../autoscaler/decide/decide.ts";
import {
  type ControlMode,
  type CurrentCapacity,
  planActions,
  type ScalingAction,
} from "../../autoscaler/decide/plan-actions.ts";
import type { ScalingSettings } from "../../autoscaler/policy/scaling-settings.ts";
import type { Scenario } from "../replay/scenario.ts";
import { metricName, trackPublished } from "./backlog-per-task.ts";
import { definePolicy, type Policy } from "./policy.ts";

/** Steers: floor out, count in, instances ordered ahead and given back when idle; target tracking agrees and acts if it fails. */
export function bufferedSteering(scenario: Scenario): Policy {
  return deployed("buffered", scenario, { kind: "steering", scalesInstances: true });
}

/** The same without a hand on the instances: those are left to the capacity provider. */
export function bufferedWithoutInstances(scenario: Scenario): Policy {
  return deployed("buffered-no-instances", scenario, { kind: "steering", scalesInstances: false });
}

/** Publishes its wish and leaves all else to target tracking: 100 means as many tasks as wanted. */
export function bufferedTracking(scenario: Scenario): Policy {
  return deployed("buffered-tracking", scenario, { kind: "tracking", scalesInstances: false });
}

/** The very code that is deployed: it decides, plans by what it left on AWS, and publishes. */
function deployed(name: string, scenario: Scenario, mode: ControlMode): Policy {
  const policy = policyOf(scenario);
  return definePolicy<{ core: ControllerState | undefined; left: Left }>({
    name,
    tickSeconds: policy.tickSeconds,
    wiring: { tracking: [trackPublished(100)] },
    memory: { core: undefined, left: { minCapacity: scenario.minTasks, minSize: 0 } },
    decide({ core, left }, sample, now) {
      const { decision, state } = decide(core, sample, policy, now);
      const actions = planActions(decision, { ...left, desiredTasks: sample.desiredTasks }, policy.minTasks, mode);
      return {
        memory: { core: state, left: afterActions(left, actions) },
        tasks: decision.tasks,
        actions: [...actions, { kind: "publish", metric: metricName, value: decision.needPercent }],
      };
    },
  });
}

type Left = Omit<CurrentCapacity, "desiredTasks">;

function afterActions(left: Left, actions: readonly ScalingAction[]): Left {
  let after = left;
  for (const action of actions) {
    if (action.kind === "set-min-capacity") after = { ...after, minCapacity: action.tasks };
    else if (action.kind === "set-min-size") after = { ...after, minSize: action.instances };
  }
  return after;
}

function policyOf(scenario: Scenario): ScalingSettings {
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
