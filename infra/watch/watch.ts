import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { JobApi } from "../api.ts";
import type { WorkerCluster } from "../cluster.ts";
import type { Config } from "../config.ts";
import type { Keys } from "../keys.ts";
import type { JobQueue } from "../queue.ts";
import type { Worker } from "../worker.ts";
import { createAlarms } from "./alarms.ts";
import { createDashboard } from "./create-dashboard.ts";
import { createServiceEvents } from "./service-events.ts";
import { createAlarmTopic } from "./topic.ts";

export interface WatchArgs {
  config: Pick<Config, "latencyTargetSeconds" | "alarmEmail" | "minuteMilliseconds">;
  api: Pick<JobApi, "id">;
  queue: JobQueue;
  cluster: Pick<WorkerCluster, "cluster" | "group" | "capacityProvider">;
  worker: Pick<Worker, "service" | "logGroup">;
  /** Every function of the program, by the name people know it by. */
  functions: Record<string, aws.lambda.Function> & { sweeper: aws.lambda.Function };
  /** The backlog per task that autoscaling steers for. */
  backlogTarget: pulumi.Input<number>;
  /** A key of the stack's own, if it has one, must let CloudWatch and EventBridge use it. */
  keys: Pick<Keys, "arn">;
}

export interface Watch {
  topicArn: pulumi.Output<string>;
  dashboardUrl: pulumi.Output<string>;
}

/** Who watches: alarms and failed deployments to one topic, and a dashboard of both roads. */
export function createWatch(name: string, args: WatchArgs, options: pulumi.ComponentResourceOptions): Watch {
  const component = new pulumi.ComponentResource("sluice:index:Watch", name, {}, options);
  const own = { parent: component };
  const topic = createAlarmTopic(name, args, own);
  const rule = createServiceEvents(name, args.worker.service, topic, own);
  createAlarms(name, { ...args, rule }, topic, own);
  return { topicArn: topic.arn, dashboardUrl: createDashboard(name, args, own) };
}
