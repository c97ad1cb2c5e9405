import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { objectPrefixes } from "../../contract/jobs-table.ts";
import { partsOf } from "../cluster/parts-of.ts";
import { allow, serviceRole } from "../iam.ts";
import type { WorkerImage } from "../image.ts";
import { writeLog } from "../log-group.ts";
import type { WorkerArgs } from "../worker.ts";

/** What the worker itself may do. */
export function createTaskRole(
  name: string,
  { config, keys, queue, storage, scalingTable, cluster }: WorkerArgs,
  options: pulumi.CustomResourceOptions,
) {
  return serviceRole(
    `${name}-task`,
    {
      service: "ecs-tasks.amazonaws.com",
      statements: [
        queue.consume(),
        queue.send(),
        queue.deadLetter(),
        storage.writeJobs(),
        storage.readObjects(objectPrefixes.payloads, objectPrefixes.uploads),
        storage.tellMissingObjects(),
        storage.writeObjects(objectPrefixes.results),
        scalingTable.reportWork(),
        ...keys.use("sqs", "dynamodb", "s3"),
        allow(["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"], [partsOf(cluster.cluster, "task")]),
        ...(config.tracing ? [allow(["xray:PutTraceSegments"], ["*"])] : []),
        ...cluster.openShells(),
      ],
    },
    options,
  );
}

/** What ECS may do to start it. A customer's key on the repository is ECR's own affair: it holds a grant for it. */
export function createExecutionRole(
  name: string,
  image: WorkerImage,
  logGroup: aws.cloudwatch.LogGroup,
  options: pulumi.CustomResourceOptions,
) {
  const pull = image.repositoryArn
    ? [
        allow(
          ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
          [image.repositoryArn],
        ),
        allow(["ecr:GetAuthorizationToken"], ["*"]),
      ]
    : [];
  return serviceRole(
    `${name}-execution`,
    { service: "ecs-tasks.amazonaws.com", statements: [...pull, writeLog(logGroup)] },
    options,
  );
}
