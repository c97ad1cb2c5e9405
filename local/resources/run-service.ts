import type { Placement } from "../../simulator/model/capacity/place-tasks.ts";
import type { Cloud } from "../cloud.ts";
import { handleAgentRequest } from "../ecs/agent.ts";

export interface ServiceDefinition {
  /** ARN or name. */
  cluster: string;
  taskDefinition: string;
  desiredCount: number;
  capacityProvider: string;
  strategy: readonly Placement[];
  deploymentMinimumHealthyPercent: number;
  deploymentMaximumPercent: number;
}

/** Where a task finds its keys and its agent, on the gateway; AWS has addresses of the instance for both. */
const credentialsPath = "/ecs/credentials/";
const agentPath = "/ecs/agent/";

/** Starts the service's tasks and answers what they ask the instance they believe to run on. */
export function runService(cloud: Cloud, name: string, definition: ServiceDefinition): void {
  const taskDefinition = cloud.taskDefinitions.get(definition.taskDefinition);
  if (!taskDefinition) throw new Error(`expected the ARN of a task definition; came "${definition.taskDefinition}"`);
  const cluster = cloud.ecs.cluster(definition.cluster);
  if (cluster.capacityProviderName !== definition.capacityProvider) {
    const there = cluster.capacityProviderName ?? "none, so that no task would ever find an instance";
    throw new Error(
      `expected a capacity provider of cluster ${cluster.place.name}, which has ${there}; came "${definition.capacityProvider}"`,
    );
  }

  const service = cluster.startService({
    name,
    desiredCount: definition.desiredCount,
    taskDefinition: {
      ...taskDefinition,
      environment: (taskId) => ({
        ...taskDefinition.variables,
        ...variablesOfTask(taskId, cloud.gateway.endpoint, process.env.PATH ?? ""),
      }),
    },
    strategy: definition.strategy,
    minimumHealthyPercent: definition.deploymentMinimumHealthyPercent,
    maximumPercent: definition.deploymentMaximumPercent,
    onLine: (taskId, line) => cloud.log(`task/${taskId}`, line),
  });
  cloud.services.set(name, service);

  cloud.gateway.paths.push(({ method, path, body }) => {
    if (path.startsWith(credentialsPath)) {
      const taskId = path.slice(credentialsPath.length);
      if (!service.tasks().some((task) => task.id === taskId)) return undefined;
      return { status: 200, body: taskCredentials(cloud, taskDefinition.roleArn, taskId) };
    }
    if (!path.startsWith(agentPath)) return undefined;
    const [taskId = "", ...rest] = path.slice(agentPath.length).split("/");
    if (!service.tasks().some((task) => task.id === taskId)) return undefined;
    return handleAgentRequest(service, taskId, method, `/${rest.join("/")}`, body);
  });
}

/**
 * The variables of a task that its definition does not name. ECS gives a task no other that the worker could read; of
 * the region it says nothing here, as agents before 1.104 do.
 */
export function variablesOfTask(taskId: string, endpoint: string, path: string): Record<string, string> {
  return {
    // The laptop's own: an image would bring the path, and on AWS the SDK knows the endpoints.
    PATH: path,
    AWS_ENDPOINT_URL: endpoint,
    // The ECS agent's. It names the credentials by AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, on a host that is not to be had here.
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}${credentialsPath}${taskId}`,
    ECS_AGENT_URI: `${endpoint}${agentPath}${taskId}`,
  };
}

function taskCredentials(cloud: Cloud, roleArn: string, taskId: string) {
  const keys = cloud.credentials.issue({ roleArn, holder: `task/${taskId}` });
  const sixHours = 6 * 3600 * 1000;
  return {
    RoleArn: roleArn,
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    Token: keys.sessionToken,
    Expiration: new Date(cloud.options.clock.now() + sixHours).toISOString(),
  };
}
