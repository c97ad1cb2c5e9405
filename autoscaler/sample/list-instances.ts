import { DescribeContainerInstancesCommand, type ECSClient, paginateListContainerInstances } from "@aws-sdk/client-ecs";
import { AppError } from "../../runtime/errors.ts";

/** An instance that takes tasks. */
export interface ContainerInstance {
  /** Of EC2. */
  id: string;
  arn: string;
  tasks: number;
}

/** The instances of the cluster that take tasks, each with the tasks that are on it or on their way. */
export function createInstanceLister(options: { client: ECSClient; clusterName: string }) {
  const { client, clusterName: cluster } = options;
  return async (): Promise<ContainerInstance[]> => {
    const instances: ContainerInstance[] = [];
    const pages = paginateListContainerInstances({ client }, { cluster, status: "ACTIVE" });
    // A page has as many as may be described at once: 100.
    for await (const { containerInstanceArns = [] } of pages) {
      if (containerInstanceArns.length === 0) continue;
      instances.push(...(await describeInstances(client, cluster, containerInstanceArns)));
    }
    return instances;
  };
}

/** @throws AppError `instances` when one of them cannot be seen whole */
export async function describeInstances(
  client: ECSClient,
  cluster: string,
  arns: string[],
): Promise<ContainerInstance[]> {
  const answer = await client.send(new DescribeContainerInstancesCommand({ cluster, containerInstances: arns }));
  return (answer.containerInstances ?? []).map((instance) => {
    const { ec2InstanceId: id, containerInstanceArn: arn, runningTasksCount, pendingTasksCount } = instance;
    if (id === undefined || arn === undefined || runningTasksCount === undefined || pendingTasksCount === undefined) {
      throw new AppError("instances", `expected a container instance with its tasks; came ${JSON.stringify(instance)}`);
    }
    return { id, arn, tasks: runningTasksCount + pendingTasksCount };
  });
}
