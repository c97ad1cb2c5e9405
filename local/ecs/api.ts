import * as z from "zod";
import { parseOrRefuse, unsupported } from "../aws-error.ts";
import {
  describeContainerInstances,
  listContainerInstances,
  updateContainerInstancesState,
} from "./api/container-instances.ts";
import { findCluster } from "./api/find-cluster.ts";
import { describeServices, updateService } from "./api/services.ts";
import type { EcsCluster } from "./cluster.ts";

/** One action: its input schema, and its answer for the cluster that the input names. */
interface Action {
  schema: z.ZodType;
  perform(cluster: EcsCluster, input: never): object;
}

const cluster = z.string().optional();
const names = z.array(z.string()).min(1);

/**
 * The actions that functions and tasks call.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html
 */
const actions: Record<string, Action> = {
  DescribeServices: { schema: z.strictObject({ cluster, services: names.max(10) }), perform: describeServices },
  UpdateService: {
    schema: z.strictObject({
      cluster,
      service: z.string(),
      desiredCount: z.int().min(0).optional(),
      forceNewDeployment: z.boolean().optional(),
    }),
    perform: updateService,
  },
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
 * @throws AwsError as AWS would answer, or UnsupportedOperation
 */
export function handleEcs(clusters: readonly EcsCluster[], action: string, input: unknown): object {
  const found = actions[action];
  if (!found) throw unsupported("ECS", action);
  const parsed = parseOrRefuse(found.schema, input, "InvalidParameterException") as { cluster?: string };
  return found.perform(findCluster(clusters, parsed.cluster), parsed as never);
}
