import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isOnFargate } from "../contract/compute.ts";
import { createCapacityProvider } from "./cluster/capacity-provider.ts";
import { createGroup } from "./cluster/group.ts";
import { createLaunchTemplate } from "./cluster/launch-template.ts";
import { createManagedInstances } from "./cluster/managed-instances.ts";
import { type Shell, shellConfiguration, shellLog, shellStatements } from "./cluster/shell.ts";
import type { Config } from "./config.ts";
import type { Statement } from "./iam.ts";
import type { Keys } from "./keys.ts";
import type { Network } from "./network.ts";

/** The instances of the stack's own. */
export interface ClusterInstances {
  group: aws.autoscaling.Group;
  capacityProvider: aws.ecs.CapacityProvider;
}

export interface WorkerClusterArgs {
  config: Config;
  keys: Keys;
  network: Network;
}

/** The cluster of the workers, and the capacity that runs them. */
export class WorkerCluster extends pulumi.ComponentResource {
  readonly cluster: aws.ecs.Cluster;
  /** Undefined on Fargate and with managed instances. */
  readonly instances: ClusterInstances | undefined;
  /** Which capacity the worker service uses. */
  readonly strategies: aws.types.input.ecs.ServiceCapacityProviderStrategy[];
  readonly attachment: aws.ecs.ClusterCapacityProviders;
  readonly #shell: Shell | undefined;

  constructor(name: string, args: WorkerClusterArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:WorkerCluster", name, {}, options);
    const own = { parent: this };
    this.#shell = args.config.exec ? shellLog(name, args, own) : undefined;
    this.cluster = createCluster(name, this.#shell, own);
    this.instances = args.config.compute === "ec2" ? createInstances(name, args, this.cluster, own) : undefined;
    this.strategies = this.#strategies(name, args, own);
    this.attachment = new aws.ecs.ClusterCapacityProviders(
      name,
      {
        clusterName: this.cluster.name,
        capacityProviders: this.strategies.map(({ capacityProvider }) => capacityProvider),
      },
      own,
    );
    this.registerOutputs({ clusterName: this.cluster.name });
  }

  #strategies(
    name: string,
    args: WorkerClusterArgs,
    own: pulumi.CustomResourceOptions,
  ): aws.types.input.ecs.ServiceCapacityProviderStrategy[] {
    if (isOnFargate(args.config.compute)) return fargateStrategies(args.config);
    const provider = this.instances?.capacityProvider ?? createManagedInstances(name, args, this.cluster, own);
    return [{ capacityProvider: provider.name, weight: 1 }];
  }

  /** Permissions of a task for ECS Exec; none with `exec` off. */
  shellStatements(): Statement[] {
    return this.#shell ? shellStatements(this.#shell) : [];
  }
}

/**
 * EC2 capacity for the workers. The launch template names the cluster: so a destroy ends the instances before the cluster
 * that they are registered with.
 * https://github.com/hashicorp/terraform-provider-aws/issues/11409
 */
function createInstances(
  name: string,
  args: WorkerClusterArgs,
  cluster: aws.ecs.Cluster,
  options: pulumi.CustomResourceOptions,
): ClusterInstances {
  const launchTemplate = createLaunchTemplate(name, args, cluster, options);
  const group = createGroup(name, args, launchTemplate, options);
  return { group, capacityProvider: createCapacityProvider(name, group, options) };
}

/**
 * On Fargate Spot, `minTasks` tasks run on demand: a lack of spare capacity does not stop all workers. The weights place
 * one of a thousand further tasks on demand; AWS places none on a provider of weight 0.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 */
function fargateStrategies({ compute, minTasks }: Config): WorkerCluster["strategies"] {
  if (compute === "fargate") return [{ capacityProvider: "FARGATE", weight: 1 }];
  const spot = { capacityProvider: "FARGATE_SPOT", weight: 1_000 };
  return minTasks === 0 ? [spot] : [{ capacityProvider: "FARGATE", base: minTasks, weight: 1 }, spot];
}

/** A cluster does not name its capacity provider: otherwise a destroy would remove the cluster before its instances. */
export function createCluster(
  name: string,
  shell: Shell | undefined,
  options: pulumi.CustomResourceOptions,
): aws.ecs.Cluster {
  return new aws.ecs.Cluster(
    name,
    {
      settings: [{ name: "containerInsights", value: "enabled" }],
      ...(shell ? { configuration: { executeCommandConfiguration: shellConfiguration(shell) } } : {}),
    },
    options,
  );
}
