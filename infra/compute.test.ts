import { beforeAll, describe, expect, it } from "vitest";
import { actionsOf, agentSettings, container, first, fullSettings, statementsOf } from "./testing/read-recording.ts";
import { ofType, type Recorded, recordProgram } from "./testing/record-program.ts";

let plain: Recorded;
let full: Recorded;
beforeAll(async () => {
  plain = await recordProgram();
  full = await recordProgram(fullSettings);
});

describe("spotPercent", () => {
  it("0: instances of one type, on demand", () => {
    const group = first(plain, "aws:autoscaling/group:Group");

    expect(group.launchTemplate).toEqual({ id: "workers-id", version: "1" });
    expect(group.mixedInstancesPolicy).toBeUndefined();
    expect(agentSettings(plain)).not.toContain("SPOT");
  });

  it("70: seven of ten, of any type given, drained when AWS takes one back", () => {
    const group = first(full, "aws:autoscaling/group:Group");

    expect(group.launchTemplate).toBeUndefined();
    expect(group.mixedInstancesPolicy).toEqual({
      instancesDistribution: {
        onDemandBaseCapacity: 0,
        onDemandPercentageAboveBaseCapacity: 30,
        spotAllocationStrategy: "price-capacity-optimized",
      },
      launchTemplate: {
        launchTemplateSpecification: { launchTemplateId: "workers-id", version: "1" },
        overrides: [{ instanceType: "t4g.medium" }, { instanceType: "c7g.large" }],
      },
    });
    expect(agentSettings(full)).toContain("ECS_ENABLE_SPOT_INSTANCE_DRAINING=true");
    expect(actionsOf(full, "workers-instance")).toContain("ecs:UpdateContainerInstancesState");
  });
});

it("limits files and core dumps of a container on instances, and files alone on Fargate, which refuses other limits", async () => {
  const fargate = await recordProgram({ "sluice:compute": "fargate", "sluice:scratchGigabytes": "50" });
  const files = { name: "nofile", softLimit: 65_536, hardLimit: 65_536 };

  expect(container(plain).ulimits).toEqual([files, { name: "core", softLimit: 0, hardLimit: 0 }]);
  expect(container(fargate).ulimits).toEqual([files]);
});

describe("what AWS changes by itself", () => {
  it("is not changed back by the next update", () => {
    expect(ofType(plain, "aws:ecs/service:Service")[0]?.options.ignoreChanges).toEqual(["desiredCount"]);
    expect(ofType(plain, "aws:autoscaling/group:Group")[0]?.options.ignoreChanges).toEqual([
      "desiredCapacity",
      "minSize",
    ]);
    expect(ofType(plain, "aws:appautoscaling/target:Target")[0]?.options.ignoreChanges).toEqual(["minCapacity"]);
    expect(first(plain, "aws:autoscaling/group:Group").tags).toContainEqual({
      key: "AmazonECSManaged",
      value: "true",
      propagateAtLaunch: true,
    });
  });
});

const spotAtZero = { "sluice:compute": "fargate-spot", "sluice:minTasks": "0", "sluice:egress": "endpoints" };

describe("compute: fargate", () => {
  let fargate: Recorded;
  beforeAll(async () => {
    fargate = await recordProgram({ "sluice:compute": "fargate", "sluice:scratchGigabytes": "50" });
  });

  it("registers no instances, nothing that scales them, and no alarm or graph of them", () => {
    const types = fargate.registrations.map(({ type }) => type);

    expect(types.filter((type) => /^aws:(autoscaling|ec2\/launchTemplate|ecs\/capacityProvider)/.test(type))).toEqual(
      [],
    );
    expect(types).not.toContain("aws:iam/instanceProfile:InstanceProfile");
    expect(first(fargate, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders").capacityProviders).toEqual([
      "FARGATE",
    ]);
    expect(String(first(fargate, "aws:cloudwatch/dashboard:Dashboard").dashboardBody)).not.toMatch(
      /AutoScalingGroupName|CapacityProviderReservation/,
    );
  });

  it("gives the controller no group and no permission for instances", () => {
    const controller = ofType(fargate, "aws:lambda/function:Function").find(({ name }) => name === "scaling");
    const variables = (controller?.inputs.environment as { variables: object } | undefined)?.variables;

    expect(variables).not.toHaveProperty("GROUP_NAME");
    expect(variables).toMatchObject({ INSTANCE_FLOOR: "off", TASKS_PER_INSTANCE: "1" });
    expect(actionsOf(fargate, "scaling").filter((action) => /^autoscaling:|Instance/.test(action))).toEqual([]);
    expect(actionsOf(plain, "scaling")).toContain("autoscaling:DescribeAutoScalingGroups");
  });

  it("runs tasks in the private subnets, with the workers' security group and without a public address", () => {
    const service = first(fargate, "aws:ecs/service:Service");

    expect(service.networkConfiguration).toEqual({
      subnets: ["subnet-a", "subnet-b"],
      securityGroups: ["network-workers-id"],
      assignPublicIp: false,
    });
    expect(service.capacityProviderStrategies).toEqual([{ capacityProvider: "FARGATE", weight: 1 }]);
    expect(service.orderedPlacementStrategies).toBeUndefined();
  });

  it("has a task definition without what Fargate refuses, with the disk for scratch", () => {
    const definition = first(fargate, "aws:ecs/taskDefinition:TaskDefinition");
    const text = String(definition.containerDefinitions);

    expect(definition).toMatchObject({
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      ephemeralStorage: { sizeInGib: 50 },
      runtimePlatform: { cpuArchitecture: "ARM64" },
    });
    expect(text).not.toMatch(/privileged|dockerSecurityOptions|tmpfs|"core"/);
    expect(container(fargate)).toMatchObject({
      readonlyRootFilesystem: true,
      linuxParameters: { capabilities: { drop: ["ALL"] } },
      healthCheck: { command: ["CMD-SHELL", "find /tmp/alive -mmin -1 | grep -q ."] },
    });
  });

  it("asks for no endpoint of ECS, which only agents on instances call", async () => {
    const endpoints = await recordProgram(spotAtZero);
    const services = ofType(endpoints, "aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) =>
      String(inputs.serviceName),
    );

    expect(services.filter((name) => /\.ecs(-|$)/.test(name))).toEqual([]);
    expect(services.join()).toContain("ecr.api");
  });
});

describe("scratchGigabytes on instances", () => {
  const disk = (recorded: Recorded) => first(recorded, "aws:ec2/launchTemplate:LaunchTemplate").blockDeviceMappings;

  it("enlarges the volume by the space of each task that an instance holds", async () => {
    const scratch = await recordProgram({ "sluice:scratchGigabytes": "100" });

    expect(disk(plain)).toMatchObject([{ ebs: { volumeSize: 30 } }]);
    expect(disk(scratch)).toMatchObject([{ ebs: { volumeType: "gp3", volumeSize: 30 + 3 * 100 } }]);
    expect(agentSettings(scratch)).toBe(agentSettings(plain));
  });

  it("puts Docker's volumes on the instance store of a type that has one, before Docker starts", async () => {
    const store = await recordProgram({
      "sluice:instanceType": "c7gd.large",
      "sluice:scratchGigabytes": "30",
    });
    const [, boothook = "", script = ""] = agentSettings(store).split(/^--part$/m);

    expect(disk(store)).toMatchObject([{ ebs: { volumeSize: 30 } }]);
    expect(boothook).toMatch(/^\nContent-Type: text\/cloud-boothook.*mount .* \/var\/lib\/docker$/ms);
    expect(script).toContain("ECS_CLUSTER=workers");
  });
});

describe("gpus", () => {
  it("reserves GPUs for a task, on instances with NVIDIA's drivers, and places as many tasks as there are GPUs", async () => {
    const gpus = await recordProgram({
      "sluice:instanceType": "g5.xlarge",
      "sluice:architecture": "amd64",
      "sluice:gpus": "1",
      "sluice:maxTasks": "5",
    });
    const controller = ofType(gpus, "aws:lambda/function:Function").find(({ name }) => name === "scaling");

    expect(container(gpus).resourceRequirements).toEqual([{ type: "GPU", value: "1" }]);
    expect(first(gpus, "aws:ec2/launchTemplate:LaunchTemplate").imageId).toBe(
      "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id",
    );
    expect(controller?.inputs.environment).toMatchObject({ variables: { TASKS_PER_INSTANCE: "1" } });
    expect(container(plain).resourceRequirements).toBeUndefined();
  });
});

describe("sharedFiles", () => {
  let shared: Recorded;
  beforeAll(async () => {
    shared = await recordProgram({ "sluice:sharedFiles": "true" });
  });

  it("off: no file system, no permission to mount one and no variable of it", () => {
    expect(plain.registrations.filter(({ type }) => type.startsWith("aws:efs/"))).toEqual([]);
    expect(JSON.stringify(plain.registrations)).not.toMatch(/elasticfilesystem|SHARED_FOLDER/);
  });

  it("on: tasks mount the access point with TLS and their role, and handlers get the path", () => {
    const { volumes } = first(shared, "aws:ecs/taskDefinition:TaskDefinition");

    expect(volumes).toContainEqual({
      name: "shared",
      efsVolumeConfiguration: {
        fileSystemId: "shared-id",
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId: "shared-id", iam: "ENABLED" },
      },
    });
    expect(container(shared)).toMatchObject({
      mountPoints: [
        { containerPath: "/tmp" },
        { sourceVolume: "shared", containerPath: "/mnt/shared", readOnly: false },
      ],
      environment: expect.arrayContaining([{ name: "SHARED_FOLDER", value: "/mnt/shared" }]),
    });
  });

  it("on: the workers' role may mount and write by the access point only, and not as root", () => {
    const mount = statementsOf(shared, "worker-task").find(({ Action }) => Action[0]?.startsWith("elasticfilesystem:"));

    expect(mount).toEqual({
      Effect: "Allow",
      Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
      Resource: ["arn:aws:paper:eu-central-1:123456789012:filesystem/shared"],
      Condition: {
        StringEquals: {
          "elasticfilesystem:AccessPointArn": "arn:aws:paper:eu-central-1:123456789012:accesspoint/shared",
        },
      },
    });
  });

  it("on: there is a mount target in each private subnet", () => {
    expect(ofType(shared, "aws:efs/mountTarget:MountTarget").map(({ inputs }) => inputs.subnetId)).toEqual([
      "subnet-a",
      "subnet-b",
    ]);
  });
});

it("compute: managed-instances lets ECS choose instances that hold a task, and registers no group", async () => {
  const managed = await recordProgram({ "sluice:compute": "managed-instances", "sluice:gpus": "1" });
  const [provider] = ofType(managed, "aws:ecs/capacityProvider:CapacityProvider");
  const types = managed.registrations.map(({ type }) => type);

  expect(types.filter((type) => /^aws:(autoscaling|ec2\/launchTemplate)/.test(type))).toEqual([]);
  expect(provider?.inputs).toMatchObject({
    cluster: "workers",
    managedInstancesProvider: {
      instanceLaunchTemplate: {
        networkConfiguration: { subnets: ["subnet-a", "subnet-b"], securityGroups: ["network-workers-id"] },
        instanceRequirements: {
          vcpuCount: { min: 1 },
          memoryMib: { min: 1024 },
          cpuManufacturers: ["amazon-web-services"],
          acceleratorCount: { min: 1 },
        },
      },
    },
  });
  expect(first(managed, "aws:ecs/taskDefinition:TaskDefinition")).toMatchObject({
    requiresCompatibilities: ["MANAGED_INSTANCES"],
    networkMode: "awsvpc",
  });
  expect(actionsOf(managed, "scaling").filter((action) => /^autoscaling:|Instance/.test(action))).toEqual([]);
});

describe("compute: fargate-spot", () => {
  const strategies = (recorded: Recorded) => first(recorded, "aws:ecs/service:Service").capacityProviderStrategies;

  it("runs minTasks tasks on demand and the others on Spot capacity", async () => {
    const spot = await recordProgram({ "sluice:compute": "fargate-spot", "sluice:minTasks": "3" });

    expect(strategies(spot)).toEqual([
      { capacityProvider: "FARGATE", base: 3, weight: 1 },
      { capacityProvider: "FARGATE_SPOT", weight: 1000 },
    ]);
    expect(first(spot, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders").capacityProviders).toEqual([
      "FARGATE",
      "FARGATE_SPOT",
    ]);
  });

  it("runs all tasks on Spot capacity without minTasks", async () => {
    const spot = await recordProgram(spotAtZero);

    expect(strategies(spot)).toEqual([{ capacityProvider: "FARGATE_SPOT", weight: 1000 }]);
  });
});
