import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { queryPort } from "../contract/query.ts";
import { shellLog, shellStatements } from "./cluster/shell.ts";
import { createCluster } from "./cluster.ts";
import type { Config } from "./config.ts";
import { allow, serviceRole } from "./iam.ts";
import { buildImage, type WorkerImage } from "./image.ts";
import type { Keys } from "./keys.ts";
import { createLogGroup } from "./log-group.ts";
import type { Network } from "./network.ts";
import { createBalancer } from "./query/balancer.ts";
import { containerDefinitions } from "./query/container.ts";
import { createQueryFunction } from "./query/function.ts";
import { admitTask, PrivateApi } from "./query/private-api.ts";
import { scaleQueryService } from "./query/scaling.ts";
import { createSecurityGroups } from "./query/security-groups.ts";
import type { JobStorage } from "./storage.ts";
import { createTaskDefinition } from "./task-definition.ts";
import { createExecutionRole } from "./worker/roles.ts";

export interface QueryServiceArgs {
  config: Config;
  keys: Keys;
  network: Network;
  storage: JobStorage;
}

/** Tasks on Fargate behind an internal load balancer. They ask a private REST API, whose function reads the jobs table. */
export class QueryService extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  readonly cluster: aws.ecs.Cluster;
  readonly service: aws.ecs.Service;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly balancer: aws.lb.LoadBalancer;
  readonly targetGroup: aws.lb.TargetGroup;
  readonly image: Pick<WorkerImage, "repositoryArn">;
  readonly function: aws.lambda.Function;

  constructor(name: string, args: QueryServiceArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:QueryService", name, {}, options);
    const own = { parent: this };
    const { config, network } = args;
    const groups = createSecurityGroups(name, args, own);
    const balancer = createBalancer(name, { config, network, securityGroupId: groups.balancer.id }, own);
    this.function = createQueryFunction(name, args, own);
    const api = new PrivateApi(name, { config, network, groups, handler: this.function }, own);

    const shell = config.exec ? shellLog(name, args, own) : undefined;
    const image = buildImage(
      name,
      { entries: ["services/query/main.ts"], dockerfile: "services/query/Dockerfile" },
      args,
      own,
    );
    this.logGroup = createLogGroup(name, args, own);
    const statements = [allow(["execute-api:Invoke"], [api.methodArn]), ...(shell ? shellStatements(shell) : [])];
    const task = serviceRole(`${name}-task`, { service: "ecs-tasks.amazonaws.com", statements }, own);
    const stage = admitTask(name, api, task.role, own);
    const execution = createExecutionRole(name, image, this.logGroup, own);
    const containers = containerDefinitions({ config, image, logGroup: this.logGroup, apiUrl: api.urlOf(stage) }, own);
    const roles = { taskRoleArn: task.role.arn, executionRoleArn: execution.role.arn };
    const taskArgs = { ...fargateTask, ...roles, containerDefinitions: containers };
    const taskDefinition = createTaskDefinition(name, config, taskArgs, own);
    // A cluster of its own, because the controller counts the tasks and instances of the workers' cluster.
    this.cluster = createCluster(name, shell, own);
    this.service = createService(
      name,
      { args, cluster: this.cluster, taskDefinition, targetGroup: balancer.targetGroup, groupId: groups.service.id },
      // ECS refuses a target group without a listener. Tasks need the rules and permissions to start and to stop.
      {
        ...own,
        dependsOn: [balancer.listener, ...groups.rules, task.policy, execution.policy, ...network.egressResources],
      },
    );
    scaleQueryService(name, { config, cluster: this.cluster, service: this.service, balancer }, own);
    this.image = image;
    this.balancer = balancer.loadBalancer;
    this.targetGroup = balancer.targetGroup;
    this.url = pulumi.interpolate`${config.queryCertificateArn === "" ? "http" : "https"}://${balancer.loadBalancer.dnsName}`;
    this.registerOutputs({ url: this.url });
  }
}

const fargateTask = { requiresCompatibilities: ["FARGATE"], networkMode: "awsvpc", cpu: "256", memory: "512" };

interface ServiceArgs {
  args: QueryServiceArgs;
  cluster: aws.ecs.Cluster;
  taskDefinition: aws.ecs.TaskDefinition;
  targetGroup: aws.lb.TargetGroup;
  groupId: pulumi.Output<string>;
}

function createService(
  name: string,
  { args: { config, network }, cluster, taskDefinition, targetGroup, groupId }: ServiceArgs,
  options: pulumi.CustomResourceOptions,
): aws.ecs.Service {
  return new aws.ecs.Service(
    name,
    {
      cluster: cluster.arn,
      taskDefinition: taskDefinition.arn,
      desiredCount: config.queryMinTasks,
      launchType: "FARGATE",
      networkConfiguration: {
        subnets: network.privateSubnetIds,
        securityGroups: [groupId],
        assignPublicIp: false,
      },
      loadBalancers: [{ targetGroupArn: targetGroup.arn, containerName: name, containerPort: queryPort }],
      healthCheckGracePeriodSeconds: 60,
      deploymentMinimumHealthyPercent: 50,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: "ENABLED",
      enableExecuteCommand: config.exec,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      forceDelete: true,
    },
    // Autoscaling sets the desired count.
    { ...options, ignoreChanges: ["desiredCount"], customTimeouts: { delete: "30m" } },
  );
}
