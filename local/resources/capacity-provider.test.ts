import { describe, expect, it } from "vitest";
import type { Cloud } from "../cloud.ts";
import { type AutoScalingGroupDefinition, capacityProvider, capacityProviderSchema } from "./capacity-provider.ts";
import { compute } from "./compute.ts";
import { ecs } from "./ecs.ts";
import type { ResourceHandler } from "./resource.ts";

/** The part of the cloud that capacity needs. */
function emptyCloud() {
  return {
    place: { region: "eu-central-1", accountId: "000000000000" },
    launchTemplates: new Map(),
    autoScalingGroups: new Map<string, AutoScalingGroupDefinition>(),
  };
}

const group = {
  vpcZoneIdentifiers: ["subnet-1", "subnet-2"],
  launchTemplate: { id: "lt-workers", version: "1" },
  minSize: 0,
  maxSize: 5,
  protectFromScaleIn: true,
  tags: [{ key: "AmazonECSManaged", value: "true", propagateAtLaunch: true }],
};

const provider = (cloud: ReturnType<typeof emptyCloud>, changes: object = {}) => ({
  autoScalingGroupProvider: {
    autoScalingGroupArn: [...cloud.autoScalingGroups.keys()][0],
    managedTerminationProtection: "ENABLED",
    managedScaling: { status: "ENABLED", instanceWarmupPeriod: 120 },
    ...changes,
  },
});

describe("capacity", () => {
  it("has the room of its instance type, less what the machine keeps, in a zone for each subnet", () => {
    const cloud = emptyCloud();
    make(compute["aws:ec2/launchTemplate:LaunchTemplate"], { instanceType: "t4g.medium" }, cloud);
    make(compute["aws:autoscaling/group:Group"], group, cloud);

    expect(providerOf(cloud, provider(cloud))).toEqual({
      providerName: "workers",
      group: {
        name: "workers",
        arn: expect.stringMatching(
          /^arn:aws:autoscaling:eu-central-1:000000000000:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName\/workers$/,
        ),
        tags: { AmazonECSManaged: "true" },
      },
      room: { cpuUnits: 2_048, memoryMebibytes: 3_850, slots: Number.POSITIVE_INFINITY },
      minimum: 0,
      maximum: 5,
      availabilityZones: ["eu-central-1a", "eu-central-1b"],
      protectsInstances: true,
      releasesEmptyInstances: true,
      drains: true,
      managedScaling: { targetCapacityPercent: 100, warmupSeconds: 120, stepMinimum: 1, stepMaximum: 10_000 },
    });
  });

  it("finds the launch template of a group of several types as well", () => {
    const cloud = emptyCloud();
    make(compute["aws:ec2/launchTemplate:LaunchTemplate"], { instanceType: "c7g.large" }, cloud);
    const { launchTemplate, ...rest } = group;
    const mixedInstancesPolicy = {
      launchTemplate: { launchTemplateSpecification: { launchTemplateId: launchTemplate.id } },
    };

    make(compute["aws:autoscaling/group:Group"], { ...rest, mixedInstancesPolicy }, cloud);

    expect([...cloud.autoScalingGroups.values()]).toMatchObject([{ room: { cpuUnits: 2_048 } }]);
  });

  it("refuses an instance type of which nothing is known, naming it and those it knows", () => {
    expect(() =>
      make(compute["aws:ec2/launchTemplate:LaunchTemplate"], { instanceType: "inf2.xlarge" }, emptyCloud()),
    ).toThrow(/t, c, m or r families.* came inf2\.xlarge/);
  });

  it("refuses what AWS would refuse", () => {
    const cloud = emptyCloud();
    make(compute["aws:ec2/launchTemplate:LaunchTemplate"], { instanceType: "m7g.large" }, cloud);
    make(compute["aws:autoscaling/group:Group"], { ...group, protectFromScaleIn: false }, cloud);

    expect(() => providerOf(cloud, provider(cloud))).toThrow(/protectFromScaleIn/);
    expect(() => providerOf(cloud, provider(cloud, { autoScalingGroupArn: "arn:nobody" }))).toThrow(
      /came "arn:nobody"/,
    );
    expect(() =>
      providerOf(cloud, provider(cloud, { managedScaling: { status: "ENABLED", targetCapacity: 101 } })),
    ).toThrow(/100/);
    expect(() => make(compute["aws:autoscaling/group:Group"], { ...group, minSize: 6 }, cloud)).toThrow(/maxSize/);
  });

  it("is not scaled by anybody where managed scaling is off", () => {
    const cloud = emptyCloud();
    make(compute["aws:ec2/launchTemplate:LaunchTemplate"], { instanceType: "r7g.large" }, cloud);
    make(compute["aws:autoscaling/group:Group"], group, cloud);
    const off = { managedScaling: { status: "DISABLED" }, managedTerminationProtection: "DISABLED" };

    expect(providerOf(cloud, provider(cloud, off))).not.toHaveProperty("managedScaling");
  });
});

it("knows the placement strategies that it can play, and no others", () => {
  const schema = ecs["aws:ecs/service:Service"]?.schema;
  const service = (strategy: object) => ({
    cluster: "c",
    taskDefinition: "t",
    desiredCount: 1,
    capacityProviderStrategies: [{ capacityProvider: "workers", weight: 1 }],
    availabilityZoneRebalancing: "DISABLED",
    orderedPlacementStrategies: [strategy],
  });

  expect(schema?.safeParse(service({ type: "binpack", field: "memory" })).success).toBe(true);
  expect(schema?.safeParse(service({ type: "spread", field: "instanceId" })).success).toBe(false);
  expect(schema?.safeParse(service({ type: "random" })).success).toBe(false);
});

it.each([
  [["FARGATE_SPOT"], 'expected a capacity provider of cluster c; came "FARGATE_SPOT"'],
  [["FARGATE", "instances"], "expected one capacity provider with instances of the stack, or others"],
])("refuses a service on %j that AWS refuses: %s", (names, message) => {
  const cluster = { place: { name: "c" }, managedProviders: new Set(["FARGATE"]) };
  const cloud = { ...emptyCloud(), ecs: { cluster: () => cluster } };
  const service = {
    cluster: "c",
    taskDefinition: "t",
    desiredCount: 1,
    capacityProviderStrategies: names.map((capacityProvider) => ({ capacityProvider, weight: 1 })),
    availabilityZoneRebalancing: "DISABLED",
  };

  expect(() => make(ecs["aws:ecs/service:Service"], service, cloud)).toThrow(message);
});

function make(handler: ResourceHandler | undefined, inputs: object, cloud: ReturnType<typeof emptyCloud>): void {
  if (!handler) throw new Error("expected a handler for the type");
  void handler.create({
    inputs: handler.schema.parse(inputs),
    name: "workers",
    physicalName: "workers",
    cloud: cloud as unknown as Cloud,
  });
}

function providerOf(cloud: ReturnType<typeof emptyCloud>, inputs: object) {
  return capacityProvider("workers", capacityProviderSchema.parse(inputs), cloud.autoScalingGroups);
}
