import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { acceptableBacklogPerTask } from "../autoscaler/policy/acceptable-backlog.ts";
import type { Config } from "./config.ts";
import { everyMinute } from "./every-minute.ts";
import { createBackstop } from "./scaling/backstop.ts";
import { type ControllerArgs, createController } from "./scaling/controller.ts";
import { createScaleFromZero } from "./scaling/scale-from-zero.ts";
import { createScheduledLimits } from "./scaling/scheduled-limits.ts";
import { createSteps } from "./scaling/steps.ts";
import { createTarget, type ServiceNames, trackNeed } from "./scaling/target.ts";
import type { ScalingTable } from "./scaling-table.ts";

export interface ScalingArgs extends Omit<ControllerArgs, "table"> {
  /** Undefined without a controller. */
  table: ScalingTable | undefined;
}

/** What scales the worker service, by `scalingMode`. */
export class Scaling extends pulumi.ComponentResource {
  /** Undefined in modes without one. */
  readonly controller: aws.lambda.Function | undefined;
  /** Acceptable backlog per task, shown on the dashboard. */
  readonly acceptableBacklog: number;

  constructor(name: string, args: ScalingArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:Scaling", name, {}, options);
    const own = { parent: this };
    this.acceptableBacklog = acceptableBacklogPerTask(args.config);
    this.controller = createScaling(name, args, own);
    this.registerOutputs({ acceptableBacklog: this.acceptableBacklog });
  }
}

/** Returns the controller's function, if the mode has one. */
function createScaling(
  name: string,
  args: ScalingArgs,
  options: pulumi.CustomResourceOptions,
): aws.lambda.Function | undefined {
  const { config, table } = args;
  // The service itself has the count, and nothing may change it.
  if (config.scalingMode === "fixed" && config.taskSchedules.length === 0) return undefined;
  const service = { clusterName: args.cluster.cluster.name, serviceName: args.worker.service.name };
  const target = createTarget(name, config, service, options);
  createScheduledLimits(name, schedulesOf(config), config, target, options);
  if (config.scalingMode === "fixed") return undefined;
  if (config.minTasks === 0) createScaleFromZero(name, args, service, target, options);
  if (config.scalingMode === "step") createSteps(name, args, service, target, options);
  return table && createLoop(name, { ...args, table }, service, target, options);
}

/** The controller, and the policies that act on its metrics. */
function createLoop(
  name: string,
  args: ControllerArgs,
  service: ServiceNames,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): aws.lambda.Function {
  trackNeed(name, args.config, service, target, options);
  // In tracking mode target tracking alone scales the running tasks.
  if (args.config.scalingMode === "steering") createBackstop(name, args, service, target, options);
  const controller = createController(name, args, target, options);
  everyMinute(name, controller, options);
  return controller;
}

/** In fixed mode both limits are the number of tasks. */
function schedulesOf({ scalingMode, taskSchedules, minTasks }: Config): Config["taskSchedules"] {
  if (scalingMode !== "fixed") return taskSchedules;
  return taskSchedules.map((schedule) => ({ ...schedule, maxTasks: schedule.minTasks ?? minTasks }));
}
