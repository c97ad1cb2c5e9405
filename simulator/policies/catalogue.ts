import { AppError } from "../../runtime/errors.ts";
import { copilot, queueExtension, textbook } from "./backlog-per-task.ts";
import { buildkite } from "./buildkite.ts";
import { cdkQueueProcessing } from "./cdk-queue-processing.ts";
import { cpuTracking } from "./cpu.ts";
import { kedaDefault, kedaTuned } from "./keda.ts";
import { knative } from "./knative.ts";
import type { PolicyFactory } from "./policy.ts";
import { sst } from "./sst.ts";
import { steering, steeringWithoutInstances, tracking } from "./steering.ts";
import { step, stepPerTask } from "./step.ts";
import { watchbot } from "./watchbot.ts";
import { fixedMean, fixedPeak, fixedTasks, jit } from "./yardsticks.ts";

/** The policies that docs/scaling-results.md compares, by name, those of the controller first. */
export const benchmarked: Readonly<Record<string, PolicyFactory>> = {
  steering,
  "steering-no-instances": steeringWithoutInstances,
  tracking,
  textbook,
  copilot,
  "queue-extension": queueExtension,
  "cdk-queue-processing": cdkQueueProcessing,
  "cpu-50": cpuTracking,
  "sst-example": sst,
  "keda-default": kedaDefault,
  "keda-tuned": kedaTuned,
  "knative-kpa": knative,
  buildkite,
  watchbot,
  "fixed-mean": fixedMean,
  "fixed-peak": fixedPeak,
  jit,
};

/** Every policy by its name, also the modes without a controller. */
export const policies: Readonly<Record<string, PolicyFactory>> = {
  ...benchmarked,
  step,
  "step-per-task": stepPerTask,
  fixed: fixedTasks,
};

/** @throws AppError `policy` for an unknown name */
export function findPolicy(name: string): PolicyFactory {
  const policy = Object.hasOwn(policies, name) ? policies[name] : undefined;
  if (!policy) {
    throw new AppError("policy", `expected one of ${Object.keys(policies).join(", ")}; came "${name}"`);
  }
  return policy;
}
