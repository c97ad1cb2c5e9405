import type { z } from "zod";
import type { controllerEnvironment } from "../contract/environment.ts";
import type { ScalingSettings } from "./policy/scaling-settings.ts";
import { speedOf } from "./speed.ts";

/** The settings in AWS time, from the controller's environment variables. */
export function readSettings(environment: z.infer<typeof controllerEnvironment>): ScalingSettings {
  const speed = speedOf(environment);
  return {
    waitTargetSeconds: environment.WAIT_TARGET_SECONDS * speed,
    expectedServiceSeconds: environment.EXPECTED_JOB_SECONDS * speed,
    slots: environment.SLOTS,
    minTasks: environment.MIN_TASKS,
    maxTasks: environment.MAX_TASKS,
    eagerness: environment.EAGERNESS,
    tasksPerInstance: environment.TASKS_PER_INSTANCE,
    tickSeconds: 60 / environment.TICKS_PER_MINUTE,
    ...(environment.GROUP_NAME === undefined ? onFargate : onInstances),
  };
}

const onInstances = {
  /** Assumed; not measured on AWS. */
  taskStartSeconds: 20,
  /** 90th percentile of the boot time in the simulator's model (docs/model.md); not measured on AWS. */
  bootSeconds: 90,
};

/** The simulator's start time of a Fargate task, rounded up; not measured here. Fargate pulls the image for each task. */
const onFargate = { taskStartSeconds: 60, bootSeconds: 0 };
