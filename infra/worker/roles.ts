import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { objectPrefixes } from "../../contract/jobs-table.ts";
import { partsOf } from "../cluster/parts-of.ts";
import type { WorkerCluster } from "../cluster.ts";
import { allow, serviceRole } from "../iam.ts";
import type { WorkerImage } from "../image.ts";
import type { Keys } from "../keys.ts";
import { writeLogStatement } from "../log-group.ts";
import type { ContainerArgs } from "./container.ts";

export interface TaskRoleArgs extends ContainerArgs {
  keys: Keys;
  cluster: WorkerCluster;
}

/** The role of the worker's code. */
export function createTaskRole(
  name: string,
  { config, keys, queue, storage, scalingTable, ownersTable, events, sharedFiles, cluster }: TaskRoleArgs,
  options: pulumi.CustomResourceOptions,
) {
  return serviceRole(
    `${name}-task`,
    {
      service: "ecs-tasks.amazonaws.com",
      statements: [
        queue.consumeStatement(),
        queue.sendStatement(),
        queue.deadLetterStatement(),
        storage.writeJobsStatement(),
        storage.readObjectsStatement(objectPrefixes.payloads, objectPrefixes.inputs),
        storage.listBucketStatement(),
        storage.writeObjectsStatement(objectPrefixes.results),
        ...(scalingTable ? [scalingTable.reportWorkStatement()] : []),
        ...ownersTable.countStarted().statements,
        ...events.statements,
        ...keys.useStatements("sqs", "dynamodb", "s3"),
        allow(["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"], [partsOf(cluster.cluster, "task")]),
        ...(config.tracing ? [allow(["xray:PutTraceSegments"], ["*"])] : []),
        ...(sharedFiles ? [sharedFiles.mountStatement()] : []),
        ...cluster.shellStatements(),
      ],
    },
    options,
  );
}

/** The role with which ECS starts the task. A customer managed key on the repository needs no statement: ECR holds a grant. */
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
    { service: "ecs-tasks.amazonaws.com", statements: [...pull, writeLogStatement(logGroup)] },
    options,
  );
}
