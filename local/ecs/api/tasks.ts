import type { EcsCluster } from "../cluster.ts";
import { containerInstanceArn } from "../instances.ts";
import type { Service, Task } from "../service.ts";
import { ecsArn } from "../task.ts";
import { lastPart, missing, seconds } from "./find-cluster.ts";

export function listTasks(
  cluster: EcsCluster,
  input: { serviceName?: string; containerInstance?: string; desiredStatus: "RUNNING" | "STOPPED" },
): object {
  const wanted = tasksOf(cluster).filter(
    ({ service, task }) =>
      task.desiredStatus === input.desiredStatus &&
      (input.serviceName === undefined || service.name === lastPart(input.serviceName)) &&
      (input.containerInstance === undefined || instanceIdOf(cluster, task) === lastPart(input.containerInstance)),
  );
  return { taskArns: wanted.map(({ task }) => task.arn) };
}

export function describeTasks(cluster: EcsCluster, input: { tasks: string[] }): object {
  const all = new Map(tasksOf(cluster).map((one) => [one.task.id, one]));
  const { place } = cluster;
  return {
    tasks: input.tasks.flatMap((asked) => {
      const found = all.get(lastPart(asked));
      return found ? [describe(cluster, found.service, found.task)] : [];
    }),
    failures: missing(
      input.tasks
        .filter((asked) => !all.has(lastPart(asked)))
        .map((asked) => ecsArn(place, `task/${place.name}/${lastPart(asked)}`)),
    ),
  };
}

/** AWS forgets a stopped task after about an hour; here the latest hundred of a service are known. */
function tasksOf(cluster: EcsCluster): { service: Service; task: Task }[] {
  return cluster
    .services()
    .flatMap((service) => [...service.tasks(), ...service.stoppedTasks()].map((task) => ({ service, task })));
}

function describe(cluster: EcsCluster, service: Service, task: Task): object {
  const { cpuUnits, memoryMebibytes } = service.taskDefinition.size;
  return {
    taskArn: task.arn,
    clusterArn: ecsArn(cluster.place, `cluster/${cluster.place.name}`),
    taskDefinitionArn: task.taskDefinition,
    containerInstanceArn: task.instanceId && containerInstanceArn(cluster.place, task.instanceId),
    capacityProviderName: cluster.capacityProviderName,
    launchType: "EC2",
    group: `service:${service.name}`,
    cpu: String(cpuUnits),
    memory: String(memoryMebibytes),
    lastStatus: task.status,
    desiredStatus: task.desiredStatus,
    createdAt: seconds(task.createdAt),
    startedAt: seconds(task.startedAt),
    stoppingAt: seconds(task.stoppingAt),
    stoppedAt: seconds(task.stoppedAt),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
  };
}

function instanceIdOf(cluster: EcsCluster, { instanceId }: Task): string | undefined {
  return instanceId && lastPart(containerInstanceArn(cluster.place, instanceId));
}
