import { AwsError } from "../aws-error.ts";
import type { Permission } from "./authorize.ts";
import type { Call } from "./gateway.ts";

export interface Place {
  region: string;
  accountId: string;
}

/**
 * The IAM action and resource of a call, by the service authorization reference:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 * @throws AwsError UnsupportedOperation for a call whose permission is not known here
 */
export function neededPermission(call: Call, place: Place): Permission {
  const find = services[call.service];
  if (!find) throw new AwsError("UnsupportedOperation", `No permissions are known for service "${call.service}".`, 501);
  return find(call, place);
}

const services: Record<string, (call: Call, place: Place) => Permission> = {
  sqs: ({ action, input }, { region, accountId }) => ({
    // A batch needs the right of the single action.
    action: `sqs:${action.replace(/Batch$/, "")}`,
    resource: `arn:aws:sqs:${region}:${accountId}:${textOf(input, "QueueUrl").split("/").at(-1)}`,
  }),
  dynamodb: ({ action, input }, { region, accountId }) => {
    const index = textOf(input, "IndexName");
    const table = `arn:aws:dynamodb:${region}:${accountId}:table/${textOf(input, "TableName") || onlyTable(input)}`;
    return { action: `dynamodb:${action}`, resource: index ? `${table}/index/${index}` : table };
  },
  // Metrics have no ARN: a policy names the namespace by condition.
  monitoring: ({ action }) => ({ action: `cloudwatch:${action}`, resource: "*" }),
  "application-autoscaling": ({ action }, { region, accountId }) => ({
    action: `application-autoscaling:${action}`,
    resource: action.startsWith("Describe")
      ? "*"
      : `arn:aws:application-autoscaling:${region}:${accountId}:scalable-target/*`,
  }),
  ecs: ({ action, input }, { region, accountId }) => ({
    action: `ecs:${action}`,
    resource: ecsResource(action, input, `arn:aws:ecs:${region}:${accountId}`),
  }),
  // A trace has no ARN of its own.
  xray: ({ action }) => ({ action: `xray:${action}`, resource: "*" }),
  s3: ({ action, path }) => {
    const name = s3Actions[action];
    if (!name) throw new AwsError("UnsupportedOperation", `No permission is known for S3's ${action}.`, 501);
    return { action: name, resource: `arn:aws:s3:::${decodeURIComponent(path.split("?")[0] ?? "").slice(1)}` };
  },
};

const s3Actions: Record<string, string> = {
  "GET object": "s3:GetObject",
  "HEAD object": "s3:GetObject",
  "PUT object": "s3:PutObject",
  "DELETE object": "s3:DeleteObject",
  "GET bucket": "s3:ListBucket",
  "HEAD bucket": "s3:ListBucket",
};

/** A service by its cluster's name and its own; the lists by their cluster. */
function ecsResource(action: string, input: unknown, prefix: string): string {
  const cluster = lastPart(textOf(input, "cluster"));
  const names: unknown = (input as Record<string, unknown> | undefined)?.services;
  const service = action === "DescribeServices" && Array.isArray(names) ? String(names[0]) : textOf(input, "service");
  if (service !== "") return `${prefix}:service/${cluster}/${lastPart(service)}`;
  return action === "DescribeTasks" ? `${prefix}:task/${cluster}/*` : `${prefix}:cluster/${cluster}`;
}

/** A batch names its tables as keys; a right is asked for one of them, so that others are refused by naming two. */
function onlyTable(input: unknown): string {
  const items: unknown = (input as Record<string, unknown> | undefined)?.RequestItems;
  return typeof items === "object" && items !== null ? Object.keys(items).join(",") : "";
}

function lastPart(nameOrArn: string): string {
  return nameOrArn.split("/").at(-1) ?? nameOrArn;
}

function textOf(input: unknown, key: string): string {
  const value = typeof input === "object" && input !== null ? (input as Record<string, unknown>)[key] : undefined;
  return typeof value === "string" ? value : "";
}
