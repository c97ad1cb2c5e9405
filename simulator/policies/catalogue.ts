import { AppError } from "../../runtime/errors.ts";
import { bufferedSteering, bufferedTracking, bufferedWithoutInstances } from "./buffered.ts";
import { buildkite } from "./buildkite.ts";
import { cdkQueueProcessing } from "./cdk-queue-processing.ts";
import { copilot } from "./copilot.ts";
import { cpuTracking } from "./cpu.ts";
import { fixedMean, fixedPeak } from "./fixed.ts";
import { jit } from "./jit.ts";
import { kedaDefault, kedaTuned } from "./keda.ts";
import { knative } from "./knative.ts";
import type { PolicyFactory } from "./policy.ts";
import { queueExtension } from "./queue-extension.ts";
import { sst } from "./sst.ts";
import { textbook } from "./textbook.ts";
import { watchbot } from "./watchbot.ts";

/** Every policy by its name, ours first. */
export const policies: Readonly<Record<string, PolicyFactory>> = {
  buffered: bufferedSteering,
  "buffered-no-instances": bufferedWithoutInstances,
  "buffered-tracking": bufferedTracking,
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

/** @throws AppError `policy` for a name that stands for none */
export function findPolicy(name: string): PolicyFactory {
  const policy = Object.hasOwn(policies, name) ? policies[name] : undefined;
  if (!policy) {
    throw new AppError("policy", `expected one of ${Object.keys(policies).join(", ")}; came "${name}"`);
  }
  return policy;
}
