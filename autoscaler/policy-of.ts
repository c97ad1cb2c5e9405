import type { z } from "zod";
import type { controllerEnvironment } from "../contract/environment.ts";
import { paceOf } from "./pace.ts";
import type { ScalingPolicy } from "./policy/scaling-policy.ts";

/** What the operator configured, as the environment has it at each start: a changed bound counts from the next run on. */
export function policyOf(environment: z.infer<typeof controllerEnvironment>): ScalingPolicy {
  const pace = paceOf(environment);
  return {
    waitTargetSeconds: environment.WAIT_TARGET_SECONDS * pace,
    expectedServiceSeconds: environment.EXPECTED_JOB_SECONDS * pace,
    slots: environment.SLOTS,
    minTasks: environment.MIN_TASKS,
    maxTasks: environment.MAX_TASKS,
    eagerness: environment.EAGERNESS,
    tasksPerInstance: environment.TASKS_PER_INSTANCE,
    tickSeconds: 60 / environment.TICKS_PER_MINUTE,
    taskStartSeconds,
    bootSeconds,
  };
}

/** From a task's placement to its first job, the image at hand or not. Assumed, not measured on AWS. */
const taskStartSeconds = 20;

/** From an instance's order to room on it, nine times out of ten: the model's distribution, not measured on AWS. docs/model.md */
const bootSeconds = 90;
