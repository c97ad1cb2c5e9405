import { scalableTargetArn } from "../application-autoscaling/application-auto-scaling.ts";
import { AwsError } from "../aws-error.ts";
import { type Account, arnOf, type Place } from "./account.ts";
import type { Permission } from "./authorize.ts";
import type { Call } from "./call.ts";
import { leadingKeys } from "./leading-keys.ts";

/**
 * The permissions that a call needs, all of them, by the service authorization reference:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 * @throws AwsError UnsupportedOperation for a call whose permissions are not known here
 */
export function neededPermissions(call: Call, account: Account): Permission[] {
  const find = services[call.service];
  if (!find) throw new AwsError("UnsupportedOperation", `No permissions are known for service "${call.service}".`, 501);
  return find(call, account);
}

const services: Record<string, (call: Call, account: Account) => Permission[]> = {
  sqs: ({ action, input }, { place }) => [
    {
      // IAM has no actions for batches: the permission for one message allows them too.
      action: `sqs:${action.replace(/Batch$/, "")}`,
      resource: arnOf(place, "sqs", lastPart(textOf(input, "QueueUrl") || textOf(input, "QueueName"))),
    },
  ],
  dynamodb: ({ action, input }, account) => {
    const index = textOf(input, "IndexName");
    return tablesOf(input).map((name): Permission => {
      const table = arnOf(account.place, "dynamodb", `table/${name}`);
      const keys = leadingKeys(input, name, account.partitionKey(name, index || undefined));
      return {
        action: `dynamodb:${action}`,
        resource: index ? `${table}/index/${index}` : table,
        ...(keys ? { context: { "dynamodb:LeadingKeys": keys } } : {}),
      };
    });
  },
  // Metrics have no ARN. Policies restrict the namespace by a condition.
  monitoring: ({ action, input }) => [
    {
      action: `cloudwatch:${action}`,
      resource: "*",
      context: { "cloudwatch:namespace": [textOf(input, "Namespace")] },
    },
  ],
  "application-autoscaling": ({ action, input }, { place }) => [
    {
      action: `application-autoscaling:${action}`,
      resource: action.startsWith("Describe") ? "*" : scalableTargetArn(place, textOf(input, "ResourceId")),
      context: {
        "application-autoscaling:service-namespace": [textOf(input, "ServiceNamespace")],
        "application-autoscaling:scalable-dimension": [textOf(input, "ScalableDimension")],
      },
    },
  ],
  autoscaling: ({ action, input }, account) => {
    if (action.startsWith("Describe")) return [{ action: `autoscaling:${action}`, resource: "*" }];
    const name = textOf(input, "AutoScalingGroupName");
    const group = account.autoScalingGroup({ name, instanceId: textOf(input, "InstanceId") });
    return [
      {
        action: `autoscaling:${action}`,
        resource: group?.arn ?? unknownGroupArn(account.place, name),
        context: Object.fromEntries(
          Object.entries(group?.tags ?? {}).flatMap(([key, value]) =>
            ["autoscaling", "aws"].map((prefix) => [`${prefix}:ResourceTag/${key}`, [value]]),
          ),
        ),
      },
    ];
  },
  ecs: ({ action, input }, { place }) => {
    const cluster = lastPart(textOf(input, "cluster"));
    const definition = textOf(input, "taskDefinition");
    const ofCluster = {
      "ecs:cluster": [arnOf(place, "ecs", `cluster/${cluster}`)],
      // The key exists only in a request that names a task definition.
      ...(definition === ""
        ? {}
        : { "ecs:task-definition": [arnOf(place, "ecs", `task-definition/${lastPart(definition)}`)] }),
    };
    return ecsResources(action, input, cluster).map((resource) => ({
      action: `ecs:${action}`,
      resource: arnOf(place, "ecs", resource),
      // IAM has no `ecs:cluster` key for the cluster itself.
      context: resource.startsWith("cluster/") ? {} : ofCluster,
    }));
  },
  sns: ({ action, input }) => [{ action: `sns:${action}`, resource: textOf(input, "TopicArn") }],
  // Traces have no ARN.
  xray: ({ action }) => [{ action: `xray:${action}`, resource: "*" }],
  s3: ({ action, path, input }) => {
    const names = s3Actions[action];
    if (!names) throw new AwsError("UnsupportedOperation", `No permission is known for S3's ${action}.`, 501);
    const [object = "", query = ""] = path.split("?");
    const [source = "", sourceQuery = ""] = textOf(input, "CopySource").split("?");
    return names.map((name) => {
      // A copy reads its source and writes to its path.
      const isSource = action === "COPY object" && name === "s3:GetObject";
      const hasVersion = new URLSearchParams(isSource ? sourceQuery : query).has("versionId");
      return {
        action: hasVersion ? `${name}Version` : name,
        resource: s3Arn(isSource ? source : object),
      };
    });
  },
};

const s3Actions: Record<string, string[]> = {
  "GET object": ["s3:GetObject"],
  "HEAD object": ["s3:GetObject"],
  "PUT object": ["s3:PutObject"],
  // Begins or completes an upload in parts.
  "POST object": ["s3:PutObject"],
  "COPY object": ["s3:GetObject", "s3:PutObject"],
  "DELETE object": ["s3:DeleteObject"],
  "GET bucket": ["s3:ListBucket"],
  "HEAD bucket": ["s3:ListBucket"],
};

/** The ARN of a bucket or object from its encoded path, with or without the leading slash. */
function s3Arn(path: string): string {
  return `arn:aws:s3:::${decodeURIComponent(path).replace(/^\//, "")}`;
}

/** The ARN of a group that does not exist, whose id is therefore unknown. */
function unknownGroupArn(place: Place, name: string): string {
  return arnOf(place, "autoscaling", `autoScalingGroup:*:autoScalingGroupName/${name || "*"}`);
}

/** The resources of an ECS action: each named service or container instance, or the cluster for lists. */
function ecsResources(action: string, input: unknown, cluster: string): string[] {
  const named = (kind: string, names: string[]) => names.map((name) => `${kind}/${cluster}/${lastPart(name)}`);
  if (action === "DescribeServices") return named("service", textsOf(input, "services"));
  if (action === "DescribeContainerInstances" || action === "UpdateContainerInstancesState") {
    return named("container-instance", textsOf(input, "containerInstances"));
  }
  const service = textOf(input, "service");
  return service === "" ? [`cluster/${cluster}`] : named("service", [service]);
}

/** A batch has its table names as keys. */
function tablesOf(input: unknown): string[] {
  const items: unknown = (input as Record<string, unknown> | undefined)?.RequestItems;
  if (typeof items !== "object" || items === null) return [textOf(input, "TableName")];
  return Object.keys(items);
}

function lastPart(nameOrArn: string): string {
  return nameOrArn.split("/").at(-1) ?? nameOrArn;
}

function textOf(input: unknown, key: string): string {
  const value = fieldOf(input, key);
  return typeof value === "string" ? value : "";
}

/** A call without any names an unknown resource. */
function textsOf(input: unknown, key: string): string[] {
  const value = fieldOf(input, key);
  const texts = Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  return texts.length > 0 ? texts : [""];
}

function fieldOf(input: unknown, key: string): unknown {
  return typeof input === "object" && input !== null ? (input as Record<string, unknown>)[key] : undefined;
}
