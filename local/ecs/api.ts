import { z } from "zod";
import { AwsError } from "../aws-error.ts";
import {
  describeContainerInstances,
  listContainerInstances,
  updateContainerInstancesState,
} from "./api/container-instances.ts";
import { findCluster } from "./api/find-cluster.ts";
import { describeServices, updateService } from "./api/services.ts";
import { describeTasks, listTasks } from "./api/tasks.ts";
import type { EcsCluster } from "./cluster.ts";

/** One action: what it takes, and what it answers about the cluster that the input names. */
interface Action {
  schema: z.ZodType;
  perform(cluster: EcsCluster, input: never): object;
}

const cluster = z.string().optional();
const names = z.array(z.string()).min(1);

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html, as far as functions and tasks call it. */
const actions: Record<string, Action> = {
  DescribeServices: { schema: z.strictObject({ cluster, services: names.max(10) }), perform: describeServices },
  UpdateService: {
    schema: z.strictObject({ cluster, service: z.string(), desiredCount: z.int().min(0) }),
    perform: updateService,
  },
  ListTasks: {
    schema: z.strictObject({
      cluster,
      serviceName: z.string().optional(),
      containerInstance: z.string().optional(),
      desiredStatus: z.enum(["RUNNING", "STOPPED"]).default("RUNNING"),
    }),
    perform: listTasks,
  },
  DescribeTasks: { schema: z.strictObject({ cluster, tasks: names.max(100) }), perform: describeTasks },
  ListContainerInstances: {
    schema: z.strictObject({ cluster, status: z.enum(["ACTIVE", "DRAINING"]).optional() }),
    perform: listContainerInstances,
  },
  DescribeContainerInstances: {
    schema: z.strictObject({ cluster, containerInstances: names.max(100) }),
    perform: describeContainerInstances,
  },
  UpdateContainerInstancesState: {
    schema: z.strictObject({ cluster, containerInstances: names.max(10), status: z.enum(["ACTIVE", "DRAINING"]) }),
    perform: updateContainerInstancesState,
  },
};

/**
 * Answers a call of the ECS API.
 * @throws AwsError as AWS would answer it, and UnsupportedOperation for what only AWS can do
 */
export function handleEcs(clusters: readonly EcsCluster[], action: string, input: unknown): object {
  const found = actions[action];
  if (!found) throw new AwsError("UnsupportedOperation", `The laptop cloud's ECS cannot do ${action}.`, 501);
  const parsed = found.schema.safeParse(input);
  if (!parsed.success) throw new AwsError("InvalidParameterException", describeProblems(action, parsed.error));
  const { cluster: nameOrArn } = parsed.data as { cluster?: string };
  return found.perform(findCluster(clusters, nameOrArn), parsed.data as never);
}

function describeProblems(action: string, error: z.ZodError): string {
  const problems = error.issues.map((issue) => {
    if (issue.code === "unrecognized_keys") return `${issue.keys.join(", ")}: unknown to the laptop cloud's ECS`;
    return `${issue.path.join(".")}: ${issue.message}`;
  });
  return `${action}: ${problems.join("; ")}`;
}
