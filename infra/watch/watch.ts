import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import type { Keys } from "../keys.ts";
import { createAlarms } from "./alarms.ts";
import { createDashboard } from "./create-dashboard.ts";
import { createImageFindings } from "./image-findings.ts";
import { createServiceEvents } from "./service-events.ts";
import { createAlarmTopic } from "./topic.ts";
import type { Watched } from "./watched.ts";

export interface WatchArgs extends Watched {
  config: Watched["config"] & Pick<Config, "alarmEmail">;
  /** With a key of the stack's own, its policy must admit CloudWatch and EventBridge. */
  keys: Pick<Keys, "arn">;
}

export interface Watch {
  topicArn: pulumi.Output<string>;
  dashboardUrl: pulumi.Output<string>;
}

/** One topic for alarms, failed deployments and vulnerable images, and a dashboard. */
export function createWatch(name: string, args: WatchArgs, options: pulumi.ComponentResourceOptions): Watch {
  const component = new pulumi.ComponentResource("sluice:index:Watch", name, {}, options);
  const own = { parent: component };
  const topic = createAlarmTopic(name, args, own);
  const rule = createServiceEvents(name, args.worker.service, topic, own);
  createAlarms(name, args, rule, topic, own);
  const { repositoryArn } = args.worker.image;
  if (repositoryArn) createImageFindings(name, repositoryArn, topic, own);
  if (args.query) {
    createServiceEvents(`${name}-query`, args.query.service, topic, own);
    if (args.query.image.repositoryArn)
      createImageFindings(`${name}-query`, args.query.image.repositoryArn, topic, own);
  }
  return { topicArn: topic.arn, dashboardUrl: createDashboard(name, args, own) };
}
