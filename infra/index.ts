import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { JobApi } from "./api.ts";
import { WorkerCluster } from "./cluster.ts";
import { readConfig } from "./config.ts";
import { createNetwork } from "./network.ts";
import { JobQueue } from "./queue.ts";
import { JobStorage } from "./storage.ts";
import { createSweeper } from "./sweeper.ts";
import { Worker } from "./worker.ts";

// The road of a job, top to bottom: kept in storage, waiting in the queue, let in by the API, done by the workers,
// and put back on its way by the sweeper when something on the road broke.
const config = readConfig();
const provider = new aws.Provider("aws", {
  region: new pulumi.Config("aws").require("region") as aws.Region,
  defaultTags: { tags: { project: pulumi.getProject(), stack: pulumi.getStack() } },
});
const options = { provider };

const storage = new JobStorage("jobs", config, options);
const queue = new JobQueue("jobs", config, options);
const api = new JobApi("api", { config, queue, storage }, options);
createSweeper("sweeper", { config, queue, storage }, options);

const network = createNetwork("network", config, options);
const cluster = new WorkerCluster("workers", { config, network }, options);
const worker = new Worker("worker", { config, queue, storage, cluster }, options);

export const apiUrl = api.url;
export const queueUrl = queue.queue.url;
export const deadLetterQueueUrl = queue.deadLetterQueue.url;
export const jobsTableName = storage.table.name;
export const artifactsBucketName = storage.bucket.bucket;
export const clusterName = cluster.cluster.name;
export const serviceName = worker.service.name;
