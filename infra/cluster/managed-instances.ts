import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { allow, roleOf, serviceRole } from "../iam.ts";
import type { Network } from "../network.ts";

export interface ManagedInstancesArgs {
  config: Pick<Config, "architecture" | "taskCpu" | "taskMemoryMegabytes" | "gpus">;
  network: Pick<Network, "privateSubnetIds" | "workerSecurityGroupId" | "egressResources">;
}

/**
 * Instances that ECS chooses, starts, patches and ends itself. ECS assumes one role for that, and its agents another. AWS extends
 * the policies of both with the service, so both have AWS's own.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ManagedInstances.html
 */
export function createManagedInstances(
  name: string,
  { config, network }: ManagedInstancesArgs,
  cluster: aws.ecs.Cluster,
  options: pulumi.CustomResourceOptions,
): aws.ecs.CapacityProvider {
  const instance = roleOf(`${name}-instance`, "ec2.amazonaws.com", options);
  const profile = new aws.iam.InstanceProfile(name, { role: instance.name }, options);
  const infrastructure = serviceRole(
    `${name}-infrastructure`,
    {
      service: "ecs.amazonaws.com",
      // AWS's policy lets ECS pass roles of another name only.
      statements: [
        allow(["iam:PassRole"], [instance.arn], { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } }),
      ],
    },
    options,
  );
  const attachments = [
    attach(`${name}-instance`, instance, "AmazonECSInstanceRolePolicyForManagedInstances", options),
    attach(
      `${name}-infrastructure`,
      infrastructure.role,
      "AmazonECSInfrastructureRolePolicyForManagedInstances",
      options,
    ),
  ];
  return new aws.ecs.CapacityProvider(
    name,
    {
      cluster: cluster.name,
      managedInstancesProvider: {
        infrastructureRoleArn: infrastructure.role.arn,
        propagateTags: "CAPACITY_PROVIDER",
        instanceLaunchTemplate: {
          ec2InstanceProfileArn: profile.arn,
          networkConfiguration: {
            subnets: network.privateSubnetIds,
            securityGroups: [network.workerSecurityGroupId],
          },
          instanceRequirements: requirements(config),
        },
      },
    },
    {
      ...options,
      dependsOn: [...attachments, infrastructure.policy, ...network.egressResources],
      customTimeouts: { delete: "30m" },
    },
  );
}

function attach(name: string, role: aws.iam.Role, policy: string, options: pulumi.CustomResourceOptions) {
  return new aws.iam.RolePolicyAttachment(
    name,
    { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
    options,
  );
}

/** The least that holds a task. ECS puts several tasks on a larger instance if that costs less. */
function requirements({ architecture, taskCpu, taskMemoryMegabytes, gpus }: ManagedInstancesArgs["config"]) {
  return {
    vcpuCount: { min: Math.ceil(taskCpu / 1_024) },
    memoryMib: { min: taskMemoryMegabytes },
    cpuManufacturers: architecture === "arm64" ? ["amazon-web-services"] : ["intel", "amd"],
    instanceGenerations: ["current"],
    ...(gpus > 0
      ? { acceleratorTypes: ["gpu"], acceleratorManufacturers: ["nvidia"], acceleratorCount: { min: gpus } }
      : {}),
  };
}
