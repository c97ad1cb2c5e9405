import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createCapacityProvider } from "./cluster/capacity-provider.ts";
import { createGroup } from "./cluster/group.ts";
import { createLaunchTemplate } from "./cluster/launch-template.ts";
import { type Shell, shellConfiguration, shellLog, shellStatements } from "./cluster/shell.ts";
import type { Config } from "./config.ts";
import type { Statement } from "./iam.ts";
import type { Keys } from "./keys.ts";
import type { Network } from "./network.ts";

/**
 * EC2 capacity for the workers. The launch template names the cluster: so a destroy ends the instances before the cluster
 * that they are registered with.
 * https://github.com/hashicorp/terraform-provider-aws/issues/11409
 */
export class WorkerCluster extends pulumi.ComponentResource {
  readonly cluster: aws.ecs.Cluster;
  readonly group: aws.autoscaling.Group;
  readonly capacityProvider: aws.ecs.CapacityProvider;
  readonly attachment: aws.ecs.ClusterCapacityProviders;
  readonly #shell: Shell | undefined;

  constructor(
    name: string,
    args: { config: Config; keys: Keys; network: Network },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("sluice:index:WorkerCluster", name, {}, options);
    const own = { parent: this };
    this.#shell = args.config.exec ? shellLog(name, args, own) : undefined;
    this.cluster = createCluster(name, this.#shell, own);
    const launchTemplate = createLaunchTemplate(name, args, this.cluster, own);
    this.group = createGroup(name, args, launchTemplate, own);
    this.capacityProvider = createCapacityProvider(name, this.group, own);
    this.attachment = new aws.ecs.ClusterCapacityProviders(
      name,
      { clusterName: this.cluster.name, capacityProviders: [this.capacityProvider.name] },
      own,
    );
    this.registerOutputs({ clusterName: this.cluster.name });
  }

  /** Permissions of a task for ECS Exec; none with `exec` off. */
  shellStatements(): Statement[] {
    return this.#shell ? shellStatements(this.#shell) : [];
  }
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
