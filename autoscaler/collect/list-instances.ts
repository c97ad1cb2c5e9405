import { DescribeContainerInstancesCommand, type ECSClient, paginateListContainerInstances } from "@aws-sdk/client-ecs";
import { AppError } from "../../runtime/errors.ts";

/** An EC2 instance that is registered with the cluster. */
export interface ContainerInstance {
  /** EC2 instance id. */
  id: string;
  /** ARN of the ECS container instance. */
  arn: string;
  /** Running and pending tasks. */
  tasks: number;
}

/** Lists the instances of the cluster that accept tasks (status ACTIVE, so not draining). */
export function createInstanceLister(options: { client: ECSClient; clusterName: string }) {
  const { client, clusterName: cluster } = options;
  return async (): Promise<ContainerInstance[]> => {
    const instances: ContainerInstance[] = [];
    const pages = paginateListContainerInstances({ client }, { cluster, status: "ACTIVE" });
    // A page has at most 100 ARNs, as many as one DescribeContainerInstances call accepts.
    for await (const { containerInstanceArns = [] } of pages) {
      if (containerInstanceArns.length === 0) continue;
      instances.push(...(await describeInstances(client, cluster, containerInstanceArns)));
    }
    return instances;
  };
}

/** On Fargate there are no instances. */
export const noInstances = { listInstances: async () => [], readMinSize: async () => 0 };

/** @throws AppError `instances` if ECS leaves out the ids or task counts of one */
export async function describeInstances(
  client: ECSClient,
  cluster: string,
  arns: string[],
): Promise<ContainerInstance[]> {
  const answer = await client.send(new DescribeContainerInstancesCommand({ cluster, containerInstances: arns }));
  return (answer.containerInstances ?? []).map((instance) => {
    const { ec2InstanceId: id, containerInstanceArn: arn, runningTasksCount, pendingTasksCount } = instance;
    if (id === undefined || arn === undefined || runningTasksCount === undefined || pendingTasksCount === undefined) {
      throw new AppError(
        "instances",
        `expected a container instance with its ids and task counts; came ${JSON.stringify(instance)}`,
      );
    }
    return { id, arn, tasks: runningTasksCount + pendingTasksCount };
  });
}
