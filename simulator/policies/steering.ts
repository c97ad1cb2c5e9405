import type { ControllerState } from "../../autoscaler/decide/controller-state.ts";
import { decide } from "../../autoscaler/decide/decide.ts";
import {
  type ControlMode,
  type CurrentCapacity,
  planActions,
  type ScalingAction,
} from "../../autoscaler/decide/plan-actions.ts";
import type { ScalingSettings } from "../../autoscaler/policy/scaling-settings.ts";
import { entryAt, limitsAt, type Scenario } from "../replay/scenario.ts";
import { metricName, trackPublished } from "./backlog-per-task.ts";
import { definePolicy, type Policy } from "./policy.ts";

/** Scales out by MinCapacity and in by the desired count, sets the group's MinSize and terminates idle instances; target tracking is the fallback. */
export function steering(scenario: Scenario): Policy {
  return deployed("steering", scenario, { kind: "steering", scalesInstances: true });
}

/** The same without actions on instances: the capacity provider alone scales them. */
export function steeringWithoutInstances(scenario: Scenario): Policy {
  return deployed("steering-no-instances", scenario, { kind: "steering", scalesInstances: false });
}

/** Publishes needed tasks over present ones in percent, and leaves the desired count to target tracking at 100. */
export function tracking(scenario: Scenario): Policy {
  return deployed("tracking", scenario, { kind: "tracking", scalesInstances: false });
}

/** The controller's own code: it decides, plans actions by what it last set on AWS, and publishes. */
function deployed(name: string, scenario: Scenario, mode: ControlMode): Policy {
  const policy = policyOf(scenario);
  return definePolicy<{ core: ControllerState | undefined; left: Left; entry: number | undefined }>({
    name,
    tickSeconds: policy.tickSeconds,
    wiring: { tracking: [trackPublished(100)] },
    memory: { core: undefined, left: { minCapacity: scenario.minTasks, minSize: 0 }, entry: undefined },
    decide({ core, left, entry: before }, sample, now) {
      const limits = limitsAt(scenario, now);
      const entry = entryAt(scenario, now)?.at;
      // At an entry's time a scheduled action has set MinCapacity.
      const minCapacity = entry === before ? left.minCapacity : limits.minTasks;
      const { decision, state } = decide(core, sample, { ...policy, ...limits }, now);
      const current = { minCapacity, minSize: left.minSize, desiredTasks: sample.desiredTasks };
      const actions = planActions(decision, current, limits.minTasks, mode);
      return {
        memory: { core: state, left: afterActions({ ...left, minCapacity }, actions), entry },
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
