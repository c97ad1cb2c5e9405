import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { acceptableBacklogPerTask } from "../autoscaler/policy/acceptable-backlog.ts";
import type { WorkerCluster } from "./cluster.ts";
import type { Config } from "./config.ts";
import type { Keys } from "./keys.ts";
import type { JobQueue } from "./queue.ts";
import { createBackstop } from "./scaling/backstop.ts";
import { createController } from "./scaling/controller.ts";
import { createScaleFromZero } from "./scaling/scale-from-zero.ts";
import { createTarget, trackNeed } from "./scaling/target.ts";
import type { ScalingTable } from "./scaling-table.ts";
import { everyMinute } from "./schedule.ts";
import type { Worker } from "./worker.ts";

export interface ScalingArgs {
  config: Config;
  keys: Keys;
  queue: JobQueue;
  table: ScalingTable;
  cluster: WorkerCluster;
  worker: Worker;
}

/** The controller, and the policies of AWS that act on what it publishes: all by themselves, or as a net under it. */
export class Scaling extends pulumi.ComponentResource {
  readonly controller: aws.lambda.Function;
  /** Jobs that may wait for each task, for people to compare with. */
  readonly acceptableBacklog: number;

  constructor(name: string, args: ScalingArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:Scaling", name, {}, options);
    const own = { parent: this };
    this.acceptableBacklog = acceptableBacklogPerTask(args.config);
    const service = { clusterName: args.cluster.cluster.name, serviceName: args.worker.service.name };
    const target = createTarget(name, args.config, service, own);
    trackNeed(name, args.config, service, target, own);
    // A stack that tracks wants target tracking and nothing else.
    if (args.config.scalingMode === "steering") createBackstop(name, args, service, target, own);
    if (args.config.minTasks === 0) createScaleFromZero(name, args.queue, service, target, own);
    this.controller = createController(name, args, target, own);
    everyMinute(name, this.controller, own);
    this.registerOutputs({ acceptableBacklog: this.acceptableBacklog });
  }
}
