import { describe, expect, it } from "vitest";
import { authorize, type PolicyStatement } from "./authorize.ts";
import type { Call } from "./call.ts";
import { neededPermissions } from "./needed-permissions.ts";
import { emptyAccount } from "./testing/empty-account.ts";

const queueArn = "arn:aws:sqs:eu-central-1:1:jobs";
const tableArn = "arn:aws:dynamodb:eu-central-1:1:table/jobs";

const groupArn = "arn:aws:autoscaling:eu-central-1:1:autoScalingGroup:3a1c:autoScalingGroupName/workers";
const clusterArn = "arn:aws:ecs:eu-central-1:1:cluster/c";
const account = emptyAccount({
  autoScalingGroup: ({ name, instanceId }) =>
    name === "workers" || instanceId === "i-1"
      ? { name: "workers", arn: groupArn, tags: { AmazonECSManaged: "true" } }
      : undefined,
});

function call(service: string, action: string, input: object = {}, path = "/"): Call {
  return { service, action, input, path, caller: { roleArn: "arn:aws:iam::1:role/worker", holder: "task/1" } };
}

function allow(action: string | string[], resource: string): PolicyStatement {
  return { Effect: "Allow", Action: action, Resource: [resource] };
}

function check(statements: PolicyStatement[], made: Call): void {
  for (const permission of neededPermissions(made, account)) authorize(statements, made, permission);
}

describe("the gateway's check of a role", () => {
  it.each([
    [
      "an action on its resource",
      allow("sqs:SendMessage", queueArn),
      call("sqs", "SendMessage", { QueueUrl: "http://x/1/jobs" }),
    ],
    [
      "a batch by the single action",
      allow("sqs:SendMessage", queueArn),
      call("sqs", "SendMessage", { QueueUrl: "http://x/1/jobs" }),
    ],
    [
      "an index",
      allow("dynamodb:Query", `${tableArn}/index/byState`),
      call("dynamodb", "Query", { TableName: "jobs", IndexName: "byState" }),
    ],
    [
      "a batch of one table's items",
      allow("dynamodb:BatchGetItem", tableArn),
      call("dynamodb", "BatchGetItem", { RequestItems: { jobs: { Keys: [] } } }),
    ],
    [
      "an object under a prefix",
      allow(["s3:GetObject"], "arn:aws:s3:::b/uploads/*"),
      call("s3", "GET object", {}, "/b/uploads/a%2Fb?x-id=GetObject"),
    ],
    [
      "a change of a group, by its name",
      allow("autoscaling:UpdateAutoScalingGroup", groupArn),
      call("autoscaling", "UpdateAutoScalingGroup", { AutoScalingGroupName: "workers" }),
    ],
    [
      "the end of an instance, by the group it is of",
      allow("autoscaling:TerminateInstanceInAutoScalingGroup", groupArn.replace("3a1c", "*")),
      call("autoscaling", "TerminateInstanceInAutoScalingGroup", { InstanceId: "i-1" }),
    ],
    [
      "a look at all groups, which are no resources there",
      allow("autoscaling:DescribeAutoScalingGroups", "*"),
      call("autoscaling", "DescribeAutoScalingGroups"),
    ],
    [
      "a container instance of a cluster",
      allow("ecs:UpdateContainerInstancesState", "arn:aws:ecs:eu-central-1:1:container-instance/c/*"),
      call("ecs", "UpdateContainerInstancesState", { cluster: clusterArn, containerInstances: ["1", "2"] }),
    ],
    [
      "a list of a cluster's container instances",
      allow("ecs:ListContainerInstances", clusterArn),
      call("ecs", "ListContainerInstances", { cluster: "c" }),
    ],
    [
      "a batch by the permission for one message",
      allow("sqs:DeleteMessage", queueArn),
      call("sqs", "DeleteMessageBatch", { QueueUrl: "http://x/1/jobs" }),
    ],
    [
      "a queue's URL by its name",
      allow("sqs:GetQueueUrl", queueArn),
      call("sqs", "GetQueueUrl", { QueueName: "jobs" }),
    ],
  ])("lets through %s", (_name, statement, made) => {
    expect(() => check([statement], made)).not.toThrow();
  });

  it.each([
    [
      "another action",
      allow("sqs:SendMessage", queueArn),
      call("sqs", "DeleteMessage", { QueueUrl: "http://x/1/jobs" }),
    ],
    [
      "another queue",
      allow("sqs:SendMessage", queueArn),
      call("sqs", "SendMessage", { QueueUrl: "http://x/1/others" }),
    ],
    [
      "the table by the index's right",
      allow("dynamodb:Query", `${tableArn}/index/byState`),
      call("dynamodb", "Query", { TableName: "jobs" }),
    ],
    [
      "a batch that names another table as well",
      allow("dynamodb:BatchGetItem", tableArn),
      call("dynamodb", "BatchGetItem", { RequestItems: { jobs: { Keys: [] }, others: { Keys: [] } } }),
    ],
    [
      "an object beside the prefix",
      allow("s3:GetObject", "arn:aws:s3:::b/uploads/*"),
      call("s3", "GET object", {}, "/b/results/1"),
    ],
    [
      "a copy from beside the prefix that it may write to",
      allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::b/inputs/*"),
      call("s3", "COPY object", { CopySource: "b/uploads/1" }, "/b/inputs/1"),
    ],
    [
      "a copy to beside the prefix that it may read",
      allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::b/uploads/*"),
      call("s3", "COPY object", { CopySource: "b/uploads/1" }, "/b/inputs/1"),
    ],
    [
      "another group",
      allow("autoscaling:UpdateAutoScalingGroup", groupArn),
      call("autoscaling", "UpdateAutoScalingGroup", { AutoScalingGroupName: "others" }),
    ],
    [
      "a second service beside the one allowed",
      allow("ecs:DescribeServices", "arn:aws:ecs:eu-central-1:1:service/c/worker"),
      call("ecs", "DescribeServices", { cluster: "c", services: ["worker", "other"] }),
    ],
    [
      "a second container instance beside the one allowed",
      allow("ecs:UpdateContainerInstancesState", "arn:aws:ecs:eu-central-1:1:container-instance/c/1"),
      call("ecs", "UpdateContainerInstancesState", { cluster: "c", containerInstances: ["1", "2"] }),
    ],
  ])("refuses %s, naming role, action and resource", (_name, statement, made) => {
    expect(() => check([statement], made)).toThrow(/role\/worker is not authorized to perform \S+ on arn:aws:/);
  });

  it("lets a service be updated without a task definition, and with one of its own family only", () => {
    const ofFamily: PolicyStatement = {
      ...allow("ecs:UpdateService", "arn:aws:ecs:eu-central-1:1:service/c/worker"),
      Condition: {
        ArnEquals: { "ecs:cluster": clusterArn },
        ArnLikeIfExists: { "ecs:task-definition": "arn:aws:ecs:eu-central-1:1:task-definition/worker:*" },
      },
    };
    const update = (change: object) => call("ecs", "UpdateService", { cluster: "c", service: "worker", ...change });

    expect(() => check([ofFamily], update({ desiredCount: 3 }))).not.toThrow();
    expect(() => check([ofFamily], update({ taskDefinition: "worker:7" }))).not.toThrow();
    expect(() => check([ofFamily], update({ taskDefinition: "miner:1" }))).toThrow(/task-definition\/miner:1/);
    expect(() => check([ofFamily], update({ taskDefinition: "worker-of-another:1" }))).toThrow(/not authorized/);
  });

  it("lets an explicit deny win", () => {
    const deny: PolicyStatement = { Effect: "Deny", Action: "sqs:*", Resource: "*" };

    expect(() => check([allow("sqs:SendMessage", "*"), deny], call("sqs", "SendMessage", { QueueUrl: "q" }))).toThrow(
      /explicit deny/,
    );
  });

  it("says so when it does not know what a call needs", () => {
    expect(() => check([allow("*", "*")], call("kinesis", "PutRecord"))).toThrow(/No permissions are known/);
  });
});
