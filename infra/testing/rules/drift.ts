import type { Recorded } from "../record-program.ts";
import { input, setting } from "./reading.ts";
import type { Configuration, Rule } from "./rule.ts";

const service = "aws:ecs/service:Service";
const group = "aws:autoscaling/group:Group";
const target = "aws:appautoscaling/target:Target";
const provider = "aws:ecs/capacityProvider:CapacityProvider";

const withoutInstances: Configuration[] = ["fargate", "managed-instances"];

/** Settings that AWS changes by itself and an update must not reset, and settings without which a destroy hangs. */
export const driftRules: Rule[] = [
  {
    ids: ["sluice-desired-count-is-autoscalings"],
    says: "leaves the number of tasks to autoscaling, and sets it where nothing scales",
    types: [service],
    holds: ({ name, options }, program) => options.ignoreChanges.includes("desiredCount") === isScaled(name, program),
    spoil: ({ options }) => {
      options.ignoreChanges = [];
    },
  },
  {
    ids: ["sluice-explicit-strategy"],
    says: "names its capacity provider or Fargate itself; the cluster's default would be taken away by a refresh",
    types: [service],
    holds: (resource) =>
      input(resource, "capacityProviderStrategies.0.capacityProvider")
        ? input(resource, "launchType") === undefined
        : input(resource, "launchType") === "FARGATE",
    spoil: setting("launchType", "EC2"),
  },
  {
    ids: ["sluice-no-zone-rebalancing"],
    says: "is not rebalanced between zones, which stops tasks that work, unless a load balancer drains them",
    types: [service],
    holds: (resource) =>
      input(resource, "availabilityZoneRebalancing") === "DISABLED" || input(resource, "loadBalancers") !== undefined,
    spoil: (resource) => {
      setting("availabilityZoneRebalancing", "ENABLED")(resource);
      setting("loadBalancers", undefined)(resource);
    },
  },
  {
    ids: ["sluice-circuit-breaker"],
    says: "gives a deployment up that does not start, and goes back",
    types: [service],
    holds: (resource) =>
      input(resource, "deploymentCircuitBreaker.enable") === true &&
      input(resource, "deploymentCircuitBreaker.rollback") === true,
    spoil: setting("deploymentCircuitBreaker.rollback", false),
  },
  {
    ids: ["sluice-rollback-target"],
    says: "keeps its older revisions to go back to, under one family",
    types: ["aws:ecs/taskDefinition:TaskDefinition"],
    holds: (resource) => input(resource, "skipDestroy") === true && typeof input(resource, "family") === "string",
    spoil: setting("skipDestroy", false),
  },
  {
    ids: ["sluice-instance-count-is-the-providers"],
    says: "leaves the number of instances to the capacity provider",
    types: [group],
    absentIn: withoutInstances,
    holds: (resource) =>
      input(resource, "desiredCapacity") === undefined || resource.options.ignoreChanges.includes("desiredCapacity"),
    spoil: (resource) => {
      resource.options.ignoreChanges = [];
      setting("desiredCapacity", 1)(resource);
    },
  },
  {
    ids: ["sluice-minimums-are-the-controllers"],
    says: "leaves MinCapacity and MinSize to a controller, which sets them at each tick, and sets them without one",
    types: [group, target],
    holds: ({ type, options }, program) =>
      options.ignoreChanges.includes(type === group ? "minSize" : "minCapacity") === hasController(program),
    spoil: ({ options }) => {
      options.ignoreChanges = [];
    },
  },
  {
    ids: ["sluice-ecs-managed-tag"],
    says: "states the tag that ECS adds, so that no update takes it away",
    types: [group],
    absentIn: withoutInstances,
    holds: (resource) =>
      tags(input(resource, "tags")).some(
        ({ key, value, propagateAtLaunch }) => key === "AmazonECSManaged" && value !== undefined && propagateAtLaunch,
      ),
    spoil: setting("tags", []),
  },
  {
    ids: ["sluice-protected-from-scale-in"],
    says: "protects instances, of which the capacity provider then frees the empty ones",
    types: [group],
    absentIn: withoutInstances,
    holds: (resource) => input(resource, "protectFromScaleIn") === true,
    spoil: setting("protectFromScaleIn", false),
  },
  {
    ids: ["sluice-managed-capacity"],
    says: "scales, drains and protects the instances of its group",
    types: [provider],
    absentIn: withoutInstances,
    holds: (resource) =>
      input(resource, "managedInstancesProvider") !== undefined ||
      (["managedTerminationProtection", "managedDraining"].every(
        (name) => input(resource, `autoScalingGroupProvider.${name}`) === "ENABLED",
      ) &&
        input(resource, "autoScalingGroupProvider.managedScaling.status") === "ENABLED"),
    spoil: setting("autoScalingGroupProvider.managedTerminationProtection", "DISABLED"),
  },
  {
    ids: ["sluice-autonamed-capacity"],
    says: "has no name of its own, so that a replacement can stand beside it",
    types: [group, provider, "aws:ec2/launchTemplate:LaunchTemplate", service],
    holds: (resource) => input(resource, "name") === undefined,
    spoil: setting("name", "workers"),
  },
  {
    ids: ["sluice-destroy-without-waiting"],
    says: "is destroyed without waiting for what nobody lifts, and is given 30 minutes for it",
    types: [service, group],
    holds: (resource) => input(resource, "forceDelete") === true && resource.options.customTimeouts.delete === "30m",
    spoil: setting("forceDelete", false),
  },
];

function isScaled(serviceName: string, { registrations }: Recorded): boolean {
  return registrations.some(
    ({ type, inputs }) => type === target && String(inputs.resourceId).endsWith(`/${serviceName}`),
  );
}

function hasController({ registrations }: Recorded): boolean {
  return registrations.some(({ type, name }) => type === "aws:lambda/function:Function" && name === "scaling");
}

function tags(value: unknown): { key: string; value: string; propagateAtLaunch: boolean }[] {
  return (value ?? []) as { key: string; value: string; propagateAtLaunch: boolean }[];
}
