import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { JobApi } from "../api.ts";
import type { Backup } from "../backup.ts";
import type { WorkerCluster } from "../cluster.ts";
import type { Config } from "../config.ts";
import type { JobEvents } from "../events.ts";
import type { Inbox } from "../intake/inbox.ts";
import type { QueryService } from "../query.ts";
import type { JobQueue } from "../queue.ts";
import type { Worker } from "../worker.ts";

/** The resources that alarms and dashboard watch. */
export interface Watched {
  config: Pick<Config, "waitTargetSeconds" | "minuteMilliseconds" | "scalingMode">;
  api: Pick<JobApi, "id">;
  queue: JobQueue;
  /** Undefined if files and messages are no way in. */
  inbox: Inbox | undefined;
  /** Undefined if events are off. */
  events: Pick<JobEvents, "undelivered" | "archive"> | undefined;
  cluster: Pick<WorkerCluster, "cluster" | "instances">;
  worker: Pick<Worker, "service" | "logGroup" | "image">;
  /** Undefined without the query service. */
  query: Pick<QueryService, "cluster" | "service" | "balancer" | "targetGroup" | "image"> | undefined;
  /** Undefined if backups are off. */
  backup: Pick<Backup, "vault"> | undefined;
  /** Every function of the program, by the name that alarms and dashboard use. */
  functions: Record<string, aws.lambda.Function> & { sweeper: aws.lambda.Function };
  /** Acceptable backlog per task. */
  backlogTarget: pulumi.Input<number>;
}
