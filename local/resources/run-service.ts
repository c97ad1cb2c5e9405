import { randomInt, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Placement } from "../../simulator/model/capacity/place-tasks.ts";
import type { Cloud } from "../cloud.ts";
import { handleAgentRequest } from "../ecs/agent.ts";
import type { ServiceTargets } from "../ecs/service.ts";

export interface ServiceDefinition {
  /** ARN or name. */
  cluster: string;
  taskDefinition: string;
  desiredCount: number;
  /** Undefined on Fargate. */
  capacityProvider: string | undefined;
  targetGroupArn: string | undefined;
  healthCheckGracePeriodSeconds: number;
  strategy: readonly Placement[];
  deploymentMinimumHealthyPercent: number;
  deploymentMaximumPercent: number;
}

/** Paths on the gateway for a task's credentials and agent; on AWS both are addresses of the instance. */
const credentialsPath = "/ecs/credentials/";
const agentPath = "/ecs/agent/";

/** Starts the service, and answers its tasks' requests for credentials and task protection. */
export function runService(cloud: Cloud, name: string, definition: ServiceDefinition): void {
  const taskDefinition = cloud.taskDefinitions.get(definition.taskDefinition);
  if (!taskDefinition) throw new Error(`expected the ARN of a task definition; came "${definition.taskDefinition}"`);
  const cluster = cloud.ecs.cluster(definition.cluster);
  const isOnFargate = definition.capacityProvider === undefined;
  if (!isOnFargate && cluster.capacityProviderName !== definition.capacityProvider) {
    const there = cluster.capacityProviderName ?? "none";
    throw new Error(
      `expected a capacity provider of cluster ${cluster.place.name}, which has ${there}; came "${definition.capacityProvider}"`,
    );
  }

  const ports = new Map<string, number>();
  const taskIds = new Map<string, string>();
  const temporaryFolder = temporaryFolderOf(cloud);
  mkdirSync(temporaryFolder, { recursive: true, mode: 0o700 });
  const service = cluster.startService({
    name,
    desiredCount: definition.desiredCount,
    taskDefinition: {
      ...taskDefinition,
      environment: (taskId) => {
        // A task's id is in the names of its log files. Its credentials have an id that only the task knows.
        const credentialsId = randomUUID();
        taskIds.set(credentialsId, taskId);
        const port = choosePort(ports.values());
        if (taskDefinition.hasOwnAddress) ports.set(taskId, port);
        return {
          ...taskDefinition.variables,
          ...(taskDefinition.hasOwnAddress ? { HOST: loopback, PORT: String(port) } : {}),
          ...(isOnFargate ? { AWS_EXECUTION_ENV: "AWS_ECS_FARGATE" } : {}),
          ...variablesOfTask(credentialsId, cloud.gateway.endpoint, process.env.PATH ?? "", temporaryFolder),
        };
      },
    },
    strategy: definition.strategy,
    isOnFargate,
    targets: targetsOf(cloud, definition, (taskId) => ports.get(taskId)),
    minimumHealthyPercent: definition.deploymentMinimumHealthyPercent,
    maximumPercent: definition.deploymentMaximumPercent,
    onLine: (taskId, line) => cloud.log(`task/${taskId}`, line),
  });
  cloud.services.set(name, service);

  cloud.gateway.paths.push(({ method, path, body }) => {
    const isForCredentials = path.startsWith(credentialsPath);
    if (!isForCredentials && !path.startsWith(agentPath)) return undefined;
    const [credentialsId = "", ...rest] = path.split("/").slice(3);
    const taskId = taskIds.get(credentialsId);
    if (taskId === undefined || !service.tasks().some((task) => task.id === taskId)) return undefined;
    if (isForCredentials) return { status: 200, body: taskCredentials(cloud, taskDefinition.roleArn, taskId) };
    return handleAgentRequest(service, taskId, method, `/${rest.join("/")}`, body);
  });
}

/** Of all tasks. In the cloud's folder, so that nothing is left of workers that were killed. */
export function temporaryFolderOf(cloud: Cloud): string {
  return join(cloud.options.directory, "tmp");
}

const loopback = "127.0.0.1";

/**
 * A task in awsvpc mode has an address of its own on AWS. Here it has a port of its own, from a range that systems do not use for
 * outgoing connections. If another program has it, the task ends and the service starts another one.
 */
function choosePort(taken: Iterable<number>): number {
  const used = new Set(taken);
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (!used.has(port)) return port;
  }
}

/** The service's target group, where each task is a target. */
function targetsOf(
  cloud: Cloud,
  { targetGroupArn, healthCheckGracePeriodSeconds }: ServiceDefinition,
  portOf: (taskId: string) => number | undefined,
): ServiceTargets | undefined {
  if (targetGroupArn === undefined) return undefined;
  const group = cloud.targetGroups.get(targetGroupArn);
  if (!group) throw new Error(`expected the ARN of a target group; came "${targetGroupArn}"`);
  return {
    graceMilliseconds: healthCheckGracePeriodSeconds * 1_000,
    onState: (listener) => void group.events.on("state", ({ id, state }) => listener(id, state)),
    register: (taskId) => group.register(taskId, loopback, portOf(taskId) ?? 0),
    deregister: (taskId) => group.deregister(taskId),
    remove: (taskId) => group.remove(taskId),
    isUnhealthy: (taskId) => group.targets().some(({ id, state }) => id === taskId && state === "unhealthy"),
  };
}

/**
 * The variables that the environment adds to a task. AWS_REGION is not among them, as with agents before 1.104.
 * @param credentialsId part of the addresses of its credentials and its agent
 */
export function variablesOfTask(
  credentialsId: string,
  endpoint: string,
  path: string,
  temporaryFolder: string,
): Record<string, string> {
  return {
    // Needed on the laptop only: an image has its own PATH and folder for temporary files, and on AWS the SDK knows the endpoints.
    PATH: path,
    TMPDIR: temporaryFolder,
    AWS_ENDPOINT_URL: endpoint,
    // Set by the ECS agent on AWS, which uses AWS_CONTAINER_CREDENTIALS_RELATIVE_URI with a host that does not exist
    // here.
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}${credentialsPath}${credentialsId}`,
    ECS_AGENT_URI: `${endpoint}${agentPath}${credentialsId}`,
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
