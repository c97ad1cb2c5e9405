import { beforeAll, describe, expect, it } from "vitest";
import type { Registration } from "../engine/registration.ts";
import { ofType, type Recorded, recordProgram } from "./testing/record-program.ts";

let plain: Recorded;
let full: Recorded;
beforeAll(async () => {
  plain = await recordProgram();
  full = await recordProgram({
    "sluice:egress": "endpoints",
    "sluice:encryption": "customer-key",
    "sluice:exec": "true",
    "sluice:spotPercent": "70",
    "sluice:spotInstanceTypes": '["c7g.large"]',
  });
});

const keyArn = "arn:aws:paper:eu-central-1:123456789012:key/keys";

describe("egress", () => {
  it("is one NAT gateway, or one a zone, and S3 and DynamoDB beside it in either case", async () => {
    const perZone = await recordProgram({ "sluice:natPerZone": "true" });

    expect(first(plain, "awsx:ec2:Vpc").natGateways).toEqual({ strategy: "Single" });
    expect(first(perZone, "awsx:ec2:Vpc").natGateways).toEqual({ strategy: "OnePerAz" });
    expect(endpoints(plain)).toEqual({ Gateway: ["dynamodb", "s3"] });
  });

  it("is endpoints for what workers call and nothing else, from subnets without another way out", () => {
    expect(first(full, "awsx:ec2:Vpc")).toMatchObject({
      subnetSpecs: [{ type: "Isolated" }],
      natGateways: { strategy: "None" },
    });
    expect(first(full, "aws:autoscaling/group:Group").vpcZoneIdentifiers).toEqual(["subnet-e", "subnet-f"]);
    expect(endpoints(full)).toEqual({
      Gateway: ["dynamodb", "s3"],
      Interface: "ecr.api ecr.dkr ecs ecs-agent ecs-telemetry kms logs sqs ssmmessages xray".split(" "),
    });
  });

  it("asks for no endpoint that nothing would call", async () => {
    const least = await recordProgram({ "sluice:egress": "endpoints", "sluice:tracing": "false" });

    expect(endpoints(least).Interface).toEqual("ecr.api ecr.dkr ecs ecs-agent ecs-telemetry logs sqs".split(" "));
  });

  it("by endpoints leads workers to these alone, and nobody but workers to these", () => {
    const out = ofType(full, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
    const [into, ...more] = ofType(full, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");

    const destinations = out.map(
      ({ inputs }) => inputs.cidrIpv4 ?? inputs.prefixListId ?? inputs.referencedSecurityGroupId,
    );
    expect(destinations.sort()).toEqual(["network-endpoints-id", "pl-network-dynamodb", "pl-network-s3"]);
    expect(more).toEqual([]);
    expect(into?.inputs).toMatchObject({
      securityGroupId: "network-endpoints-id",
      referencedSecurityGroupId: "network-workers-id",
      fromPort: 443,
      toPort: 443,
    });
  });

  it("by endpoints carries data to this account's resources only, and image layers here", () => {
    const guarded = ofType(full, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(({ inputs }) => inputs.policy);

    expect(guarded.map(({ name }) => name).sort()).toEqual(
      ["network-dynamodb", "network-logs", "network-s3", "network-sqs"].sort(),
    );
    for (const { name, inputs } of guarded) {
      const [own, ...exceptions] = JSON.parse(String(inputs.policy)).Statement;
      expect(own.Condition.StringEquals, name).toEqual({
        "aws:PrincipalAccount": "123456789012",
        "aws:ResourceAccount": "123456789012",
      });
      expect(exceptions, name).toHaveLength(name === "network-s3" ? 1 : 0);
    }
  });
});

describe("exec", () => {
  it("off: no shell, no right to one, and a root that cannot be written", () => {
    expect(first(plain, "aws:ecs/service:Service").enableExecuteCommand).toBe(false);
    expect(first(plain, "aws:ecs/cluster:Cluster").configuration).toBeUndefined();
    expect(container(plain).readonlyRootFilesystem).toBe(true);
    expect(actionsOf(plain, "worker-task").filter((action) => action.startsWith("ssmmessages:"))).toEqual([]);
  });

  it("on: logged and encrypted sessions, in a container that its agent can write to", () => {
    expect(first(full, "aws:ecs/service:Service").enableExecuteCommand).toBe(true);
    expect(first(full, "aws:ecs/cluster:Cluster").configuration).toEqual({
      executeCommandConfiguration: {
        kmsKeyId: keyArn,
        logging: "OVERRIDE",
        logConfiguration: { cloudWatchLogGroupName: "workers-shell", cloudWatchEncryptionEnabled: true },
      },
    });
    expect(container(full)).toMatchObject({
      readonlyRootFilesystem: false,
      linuxParameters: { initProcessEnabled: true },
    });
    expect(actionsOf(full, "worker-task")).toEqual(
      expect.arrayContaining(["ssmmessages:OpenDataChannel", "logs:DescribeLogGroups", "kms:Decrypt"]),
    );
  });
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

describe("encryption", () => {
  it("aws-owned: no key, and no right to one", () => {
    expect(plain.registrations.filter(({ type }) => type.startsWith("aws:kms"))).toEqual([]);
    expect(
      ofType(plain, "aws:iam/rolePolicy:RolePolicy")
        .map(({ inputs }) => inputs.policy)
        .join(),
    ).not.toContain("kms:");
  });

  it.each([
    ["aws:sqs/queue:Queue", "kmsMasterKeyId"],
    ["aws:dynamodb/table:Table", "serverSideEncryption.kmsKeyArn"],
    [
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId",
    ],
    ["aws:cloudwatch/logGroup:LogGroup", "kmsKeyId"],
    ["aws:ecr/repository:Repository", "encryptionConfigurations[0].kmsKey"],
    ["aws:ec2/launchTemplate:LaunchTemplate", "blockDeviceMappings[0].ebs.kmsKeyId"],
  ])("customer-key: every %s has it", (type, property) => {
    for (const { inputs } of ofType(full, type)) expect(inputs).toHaveProperty(property, keyArn);
  });

  it("customer-key: whoever reads or writes what it encrypts may use it, by way of that service only", () => {
    const uses = (role: string) =>
      statementsOf(full, role)
        .filter(({ Condition }) => Condition?.StringEquals?.["kms:ViaService"])
        .map(({ Resource, Condition }) => [Resource, Condition?.StringEquals?.["kms:ViaService"]]);
    const via = (...services: string[]) => [[[keyArn], services.map((one) => `${one}.eu-central-1.amazonaws.com`)]];

    expect(uses("api-submit")).toEqual(via("dynamodb", "sqs", "s3"));
    expect(uses("api-status")).toEqual(via("dynamodb", "s3"));
    expect(uses("api-upload")).toEqual(via("s3", "dynamodb"));
    expect(uses("sweeper")).toEqual(via("dynamodb", "sqs"));
    expect(uses("worker-task")).toEqual(via("sqs", "dynamodb", "s3"));
  });

  it("customer-key: Auto Scaling may open volumes with it, for on-demand and for Spot instances", () => {
    const policy = JSON.parse(String(first(full, "aws:kms/key:Key").policy));
    const volumes = policy.Statement.find(({ Sid }: { Sid: string }) => Sid === "Volumes");

    expect(volumes.Condition.ArnEquals["aws:PrincipalArn"]).toEqual([
      expect.stringMatching(/123456789012:role.*AWSServiceRoleForAutoScaling$/),
      expect.stringMatching(/123456789012:role.*AWSServiceRoleForEC2Spot$/),
    ]);
  });
});

describe("limits of each owner", () => {
  const tables = (recorded: Recorded) => ofType(recorded, "aws:dynamodb/table:Table").map(({ name }) => name);
  const ownActions = (recorded: Recorded, role: string) =>
    statementsOf(recorded, role)
      .filter(({ Resource }) => Resource.some((arn) => arn.endsWith("table/owners")))
      .flatMap(({ Action }) => Action);

  it("have a table whose counts expire, and each role has the actions that it needs", () => {
    const table = ofType(plain, "aws:dynamodb/table:Table").find(({ name }) => name === "owners");

    expect(table?.inputs).toMatchObject({ hashKey: "owner", rangeKey: "name", ttl: { attributeName: "expiresAt" } });
    const count = ["dynamodb:UpdateItem", "dynamodb:GetItem"];
    expect(ownActions(plain, "api-submit")).toEqual(count);
    expect(ownActions(plain, "api-status")).toEqual(count);
    expect(ownActions(plain, "api-upload")).toEqual(count);
    expect(ownActions(plain, "api-cancel")).toEqual(["dynamodb:UpdateItem"]);
    expect(ownActions(plain, "sweeper")).toEqual([...count, "dynamodb:Query", "dynamodb:DeleteItem"]);
    expect(ownActions(plain, "worker-task")).toEqual(["dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:DeleteItem"]);
  });

  it("reach workers as a number of jobs: 75 % of ten tasks with two slots", () => {
    expect(container(plain).environment).toContainEqual({ name: "OWNER_MAX_RUNNING_JOBS", value: "15" });
  });

  it("are absent where all callers are one owner, and one by one where they are off", async () => {
    const none = await recordProgram({ "sluice:auth": "none" });
    const pollsOnly = await recordProgram({
      "sluice:ownerMaxWaitingJobs": "0",
      "sluice:ownerMaxRunningPercent": "100",
      "sluice:ownerMaxUploadMegabytesPerDay": "0",
    });

    expect(tables(none)).not.toContain("owners");
    expect(JSON.stringify(none.registrations)).not.toContain("OWNER");
    expect(tables(pollsOnly)).toContain("owners");
    expect(ownActions(pollsOnly, "api-status")).toEqual(["dynamodb:UpdateItem", "dynamodb:GetItem"]);
    for (const role of ["api-submit", "api-upload", "api-cancel", "sweeper", "worker-task"]) {
      expect(ownActions(pollsOnly, role), role).toEqual([]);
    }
  });
});

describe("eventDetail", () => {
  const publishers = (recorded: Recorded) =>
    ofType(recorded, "aws:iam/rolePolicy:RolePolicy")
      .filter(({ inputs }) => String(inputs.policy).includes('"sns:Publish"'))
      .map(({ name }) => name)
      .sort();

  it("off: no topic for events, no right to publish and no variable of it", () => {
    expect(ofType(plain, "aws:sns/topic:Topic").map(({ name }) => name)).toEqual(["watch"]);
    expect(publishers(plain)).toEqual([]);
    expect(JSON.stringify(plain.registrations)).not.toMatch(/EVENTS_TOPIC|EVENT_DETAIL|API_URL/);
  });

  it("ends: the roles that end jobs may publish to the topic, and name results by the API's address", async () => {
    const recorded = await recordProgram({
      "sluice:eventDetail": "ends",
      "sluice:subscribers": JSON.stringify([
        { email: "ops@example.com", filter: { state: ["failed"] } },
        { queue: "arn:aws:sqs:eu-central-1:123456789012:counts" },
      ]),
    });
    const subscriptions = ofType(recorded, "aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs);

    expect(publishers(recorded)).toEqual(["api-cancel", "sweeper", "worker-task"]);
    for (const role of publishers(recorded)) {
      expect(statementsOf(recorded, role)).toContainEqual({
        Effect: "Allow",
        Action: ["sns:Publish"],
        Resource: ["arn:aws:paper:eu-central-1:123456789012:topic/events"],
      });
    }
    expect(container(recorded).environment).toContainEqual({ name: "API_URL", value: "https://paper" });
    expect(subscriptions).toEqual([
      {
        topic: "arn:aws:paper:eu-central-1:123456789012:topic/events",
        protocol: "email",
        endpoint: "ops@example.com",
        filterPolicy: '{"state":["failed"]}',
      },
      {
        topic: "arn:aws:paper:eu-central-1:123456789012:topic/events",
        protocol: "sqs",
        endpoint: "arn:aws:sqs:eu-central-1:123456789012:counts",
        redrivePolicy: '{"deadLetterTargetArn":"arn:aws:paper:eu-central-1:123456789012:queue/events-undelivered"}',
      },
    ]);
  });
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

interface ReadStatement {
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, unknown>>;
}

function first(recorded: Recorded, type: string): Registration["inputs"] {
  return ofType(recorded, type)[0]?.inputs ?? {};
}

/** Services with an endpoint, by its kind. */
function endpoints(recorded: Recorded): Record<string, string[]> {
  const found = ofType(recorded, "aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) => ({
    kind: String(inputs.vpcEndpointType),
    service: String(inputs.serviceName).replace("com.amazonaws.eu-central-1.", ""),
  }));
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      found
        .filter((one) => one.kind === kind)
        .map(({ service }) => service)
        .sort(),
    ]),
  );
}

function container(recorded: Recorded): Record<string, unknown> {
  return JSON.parse(String(first(recorded, "aws:ecs/taskDefinition:TaskDefinition").containerDefinitions))[0];
}

function agentSettings(recorded: Recorded): string {
  return Buffer.from(String(first(recorded, "aws:ec2/launchTemplate:LaunchTemplate").userData), "base64").toString();
}

function statementsOf(recorded: Recorded, role: string): ReadStatement[] {
  const policy = ofType(recorded, "aws:iam/rolePolicy:RolePolicy").find(({ name }) => name === role);
  return JSON.parse(String(policy?.inputs.policy)).Statement;
}

function actionsOf(recorded: Recorded, role: string): string[] {
  return statementsOf(recorded, role).flatMap(({ Action }) => Action);
}
