import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hasController } from "../contract/environment.ts";
import { JobApi } from "./api.ts";
import { createBackup } from "./backup.ts";
import { WorkerCluster } from "./cluster.ts";
import { readConfig } from "./config.ts";
import { createEvents, eventAccess } from "./events.ts";
import { createIntake } from "./intake.ts";
import { createKeys } from "./keys.ts";
import { Network } from "./network.ts";
import { OwnersTable } from "./owners-table.ts";
import { QueryService } from "./query.ts";
import { JobQueue } from "./queue.ts";
import { Scaling } from "./scaling.ts";
import { ScalingTable } from "./scaling-table.ts";
import { createSchedulesTable } from "./schedules-table.ts";
import { SharedFiles } from "./shared-files.ts";
import { JobStorage } from "./storage.ts";
import { createSweeper } from "./sweeper.ts";
import { stackTags } from "./tags.ts";
import { createWatch } from "./watch/watch.ts";
import { Worker } from "./worker.ts";

// The path of a job: the API stores it and queues its message; workers run it; the sweeper requeues it when a message or a
// worker is lost.
const config = readConfig();
const provider = new aws.Provider("aws", {
  region: new pulumi.Config("aws").require("region") as aws.Region,
  defaultTags: { tags: stackTags() },
});
const options = { provider };

const keys = createKeys("keys", config, options);
const storage = new JobStorage("jobs", { config, keys }, options);
const queue = new JobQueue("jobs", { config, keys }, options);
const scalingTable = hasController(config) ? new ScalingTable("scaling", keys, options) : undefined;
const ownersTable = new OwnersTable("owners", { config, keys }, options);
const submitting = { config, keys, queue, storage, scalingTable, ownersTable };
const jobEvents = createEvents("events", { config, keys }, options);
const schedules = createSchedulesTable("schedules", { config, keys }, options);
const api = new JobApi(
  "api",
  { ...submitting, events: eventAccess(jobEvents, config), schedulesTable: schedules },
  options,
);
const intake = createIntake("intake", submitting, options);
const events = eventAccess(jobEvents, config, api.url);
const sweeper = createSweeper(
  "sweeper",
  { config, keys, queue, storage, ownersTable, events, schedulesTable: schedules },
  options,
);

const backup = createBackup("backup", { config, keys, storage, dropBucket: intake?.dropBucket }, options);

const network = new Network("network", config, options);
const sharedFiles = config.sharedFiles ? new SharedFiles("shared", { config, keys, network }, options) : undefined;
const cluster = new WorkerCluster("workers", { config, keys, network }, options);
const worker = new Worker(
  "worker",
  { config, keys, queue, storage, scalingTable, ownersTable, events, sharedFiles, cluster, network },
  options,
);

// The read side inside the network.
const query = config.queryService ? new QueryService("query", { config, keys, network, storage }, options) : undefined;

// The scaling loop: the controller reads queue, service and reports, sets the number of workers, and publishes metrics. Or
// policies on the queue's length, or nothing.
const scaling = new Scaling("scaling", { config, keys, queue, table: scalingTable, cluster, worker }, options);
const watch = createWatch(
  "watch",
  {
    config,
    keys,
    api,
    queue,
    events: jobEvents,
    cluster,
    worker,
    inbox: intake?.inbox,
    query,
    backup,
    functions: {
      ...api.functions,
      sweeper,
      ...(scaling.controller ? { controller: scaling.controller } : {}),
      ...(intake ? { intake: intake.function } : {}),
      ...(query ? { query: query.function } : {}),
      ...(backup ? { backup: backup.function } : {}),
    },
    backlogTarget: scaling.acceptableBacklog,
  },
  options,
);

export const apiUrl = api.url;
export const queueUrl = queue.queue.url;
export const deadLetterQueueUrl = queue.deadLetterQueue.url;
/** Undefined without drops. */
export const dropBucketName = intake?.dropBucket?.bucket;
/** Undefined without drops and senders. */
export const inboxUrl = intake?.inbox.queue.url;
export const inboxDeadLetterQueueUrl = intake?.inbox.deadLetterQueue.url;
/** Undefined if events are off. */
export const eventsTopicArn = jobEvents?.topic.arn;
/** Undefined without `replyQueues`. */
export const replyQueueArns =
  Object.keys(config.replyQueues).length === 0 ? undefined : Object.values(config.replyQueues);
/** Undefined without `archiveEvents`. */
export const archiveBucketName = jobEvents?.archive?.bucket.bucket;
/** Undefined if backups are off. */
export const backupVaultName = backup?.vault.name;
export const jobsTableName = storage.table.name;
/** Undefined without schedules. */
export const schedulesTableName = schedules?.name;
export const artifactsBucketName = storage.bucket.bucket;
export const clusterName = cluster.cluster.name;
export const serviceName = worker.service.name;
/** Undefined without a controller. */
export const scalingTableName = scalingTable?.table.name;
export const taskDefinitionArn = worker.taskDefinition.arn;
/** Undefined when config names an existing image. */
export const repositoryUrl = worker.image.repositoryUrl;
export const alarmTopicArn = watch.topicArn;
export const dashboardUrl = watch.dashboardUrl;
/** Undefined without `queryService`. */
export const queryUrl = query?.url;
export const queryLogGroupName = query?.logGroup.name;
