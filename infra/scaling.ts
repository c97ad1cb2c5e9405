import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { acceptableBacklogPerTask } from "../autoscaler/policy/acceptable-backlog.ts";
import { createBackstop } from "./scaling/backstop.ts";
import { type ControllerArgs, createController } from "./scaling/controller.ts";
import { createScaleFromZero } from "./scaling/scale-from-zero.ts";
import { createTarget, trackNeed } from "./scaling/target.ts";
import { everyMinute } from "./schedule.ts";

/** The controller, and the Application Auto Scaling policies that act on its metrics. */
export class Scaling extends pulumi.ComponentResource {
  readonly controller: aws.lambda.Function;
  /** Acceptable backlog per task, shown on the dashboard. */
  readonly acceptableBacklog: number;

  constructor(name: string, args: ControllerArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:Scaling", name, {}, options);
    const own = { parent: this };
    this.acceptableBacklog = acceptableBacklogPerTask(args.config);
    const service = { clusterName: args.cluster.cluster.name, serviceName: args.worker.service.name };
    const target = createTarget(name, args.config, service, own);
    trackNeed(name, args.config, service, target, own);
    // In tracking mode target tracking alone scales the running tasks.
    if (args.config.scalingMode === "steering") createBackstop(name, args, service, target, own);
    if (args.config.minTasks === 0) createScaleFromZero(name, args.queue, service, target, own);
    this.controller = createController(name, args, target, own);
    everyMinute(name, this.controller, own);
    this.registerOutputs({ acceptableBacklog: this.acceptableBacklog });
  }
}
