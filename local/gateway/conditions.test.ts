import { describe, expect, it } from "vitest";
import type { Call } from "./call.ts";
import { conditionHolds, conditionSchema } from "./conditions.ts";
import { neededPermissions } from "./needed-permissions.ts";
import { emptyAccount } from "./testing/empty-account.ts";

const account = emptyAccount({
  autoScalingGroup: () => ({ name: "workers", arn: "arn:aws:autoscaling:1", tags: { AmazonECSManaged: "true" } }),
  partitionKey: (_table, index) => (index === undefined ? "pk" : "owner"),
});

const leading = "dynamodb:LeadingKeys";

describe("a condition", () => {
  it.each([
    ["one value", { StringEquals: { "ecs:cluster": "a" } }, { "ecs:cluster": ["a"] }, true],
    ["one of several", { StringEquals: { "ecs:cluster": ["b", "a"] } }, { "ecs:cluster": ["a"] }, true],
    ["another value", { StringEquals: { "ecs:cluster": "a" } }, { "ecs:cluster": ["ab"] }, false],
    ["a pattern", { StringLike: { "ecs:cluster": "a*" } }, { "ecs:cluster": ["ab"] }, true],
    ["an ARN's pattern", { ArnEquals: { "ecs:cluster": "arn:*:c" } }, { "ecs:cluster": ["arn:aws:c"] }, true],
    ["a truth value", { Bool: { "aws:SecureTransport": "false" } }, { "aws:SecureTransport": ["true"] }, false],
    ["a key that is not there", { StringEquals: { "ecs:cluster": "a" } }, {}, false],
    ["a key that need not be there", { StringEqualsIfExists: { "ecs:cluster": "a" } }, {}, true],
    [
      "two keys, of which one does not fit",
      { StringEquals: { "ecs:cluster": "a", "cloudwatch:namespace": "n" } },
      { "ecs:cluster": ["a"], "cloudwatch:namespace": ["m"] },
      false,
    ],
    [
      "two operators, of which one does not fit",
      { StringEquals: { "ecs:cluster": "a" }, StringLike: { "ecs:cluster": "b*" } },
      { "ecs:cluster": ["a"] },
      false,
    ],
  ])("judges %s", (_name, condition, context, holds) => {
    expect(conditionHolds(condition, context as Record<string, string[]>)).toBe(holds);
  });

  it("wants all values to fit, or any", () => {
    const both = { "dynamodb:LeadingKeys": ["a", "b"] };
    const only = (quantifier: string) => ({ [`${quantifier}:StringEquals`]: { "dynamodb:LeadingKeys": ["a"] } });

    expect(conditionHolds(only("ForAllValues"), both)).toBe(false);
    expect(conditionHolds(only("ForAllValues"), { "dynamodb:LeadingKeys": ["a", "a"] })).toBe(true);
    expect(conditionHolds(only("ForAnyValue"), both)).toBe(true);
    // In IAM, ForAllValues holds for a request without any value.
    expect(conditionHolds(only("ForAllValues"), {})).toBe(true);
  });

  it.each([
    ["an operator", { NumericLessThan: { "ecs:cluster": "1" } }],
    ["a key", { StringEquals: { "aws:SourceIp": "1.2.3.4" } }],
  ])("is refused with %s that the laptop cannot judge", (_name, condition) => {
    expect(conditionSchema.safeParse(condition).error?.issues[0]?.message).toMatch(/on the laptop|Invalid key/);
  });
});

describe("what conditions see of a call", () => {
  it.each([
    ["the cluster", "ecs", "UpdateService", { cluster: "c", service: "s" }, "ecs:cluster", [clusterArn("c")]],
    ["the namespace", "monitoring", "PutMetricData", { Namespace: "Sluice" }, "cloudwatch:namespace", ["Sluice"]],
    [
      "a group's tag",
      "autoscaling",
      "UpdateAutoScalingGroup",
      {},
      "autoscaling:ResourceTag/AmazonECSManaged",
      ["true"],
    ],
    [
      "what is scaled",
      "application-autoscaling",
      "RegisterScalableTarget",
      { ServiceNamespace: "ecs" },
      "application-autoscaling:service-namespace",
      ["ecs"],
    ],
    ["a key read", "dynamodb", "GetItem", { TableName: "t", Key: item("a") }, leading, ["a"]],
    ["an item put", "dynamodb", "PutItem", { TableName: "t", Item: { ...item("b"), n: { N: "1" } } }, leading, ["b"]],
    ["a number as a text", "dynamodb", "UpdateItem", { TableName: "t", Key: { pk: { N: "7" } } }, leading, ["7"]],
    [
      "a query's key, under another name",
      "dynamodb",
      "Query",
      {
        TableName: "t",
        KeyConditionExpression: "sk BETWEEN :from AND :to AND #p = :p",
        ExpressionAttributeNames: { "#p": "pk" },
        ExpressionAttributeValues: { ":p": { S: "a" }, ":from": { S: "1" }, ":to": { S: "2" } },
      },
      leading,
      ["a"],
    ],
    [
      "an index's key",
      "dynamodb",
      "Query",
      {
        TableName: "t",
        IndexName: "byOwner",
        KeyConditionExpression: "owner = :o",
        ExpressionAttributeValues: { ":o": { S: "me" } },
      },
      leading,
      ["me"],
    ],
    [
      "all keys of a batch",
      "dynamodb",
      "BatchWriteItem",
      { RequestItems: { t: [{ PutRequest: { Item: item("a") } }, { DeleteRequest: { Key: item("b") } }] } },
      leading,
      ["a", "b"],
    ],
    ["no key of a scan", "dynamodb", "Scan", { TableName: "t" }, leading, undefined],
  ])("is %s", (_name, service, action, input, key, values) => {
    const [needed] = neededPermissions(callOf(service, action, input), account);

    expect(needed?.context?.[key]).toEqual(values);
  });
});

function item(pk: string) {
  return { pk: { S: pk }, sk: { S: "1" } };
}

function clusterArn(name: string): string {
  return `arn:aws:ecs:eu-central-1:1:cluster/${name}`;
}

function callOf(service: string, action: string, input: object): Call {
  return { service, action, input, path: "/", caller: { roleArn: "arn:aws:iam::1:role/r", holder: "function/f" } };
}
