import { beforeAll, describe, expect, it } from "vitest";
import { actionsOf, container, first, fullSettings, statementsOf } from "./testing/read-recording.ts";
import { ofType, type Recorded, recordProgram } from "./testing/record-program.ts";

let plain: Recorded;
let full: Recorded;
beforeAll(async () => {
  plain = await recordProgram();
  full = await recordProgram(fullSettings);
});

const keyArn = "arn:aws:paper:eu-central-1:123456789012:key/keys";

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

describe("ordered", () => {
  it("false: no FIFO queue and no variable of it", () => {
    expect(JSON.stringify(plain.registrations)).not.toMatch(/fifo|MORE_QUEUES/);
  });

  it("true: one FIFO queue without a redrive policy, for the roles of the standard queue", async () => {
    const recorded = await recordProgram({ "sluice:ordered": "true" });
    const fifo = ofType(recorded, "aws:sqs/queue:Queue").filter(({ inputs }) => inputs.fifoQueue);

    expect(fifo).toMatchObject([
      {
        name: "jobs-ordered",
        inputs: {
          deduplicationScope: "messageGroup",
          fifoThroughputLimit: "perMessageGroupId",
          visibilityTimeoutSeconds: 60,
        },
      },
    ]);
    expect(fifo[0]?.inputs).not.toHaveProperty("redrivePolicy");
    const queueRoles = (name: string) =>
      ofType(recorded, "aws:iam/rolePolicy:RolePolicy")
        .filter(({ inputs }) => String(inputs.policy).includes(`:queue/${name}"`))
        .map((role) => role.name);
    expect(queueRoles("jobs-ordered")).toEqual(queueRoles("jobs"));
    expect(container(recorded).environment).toContainEqual({
      name: "MORE_QUEUES",
      value: '[{"url":"https://paper/jobs-ordered"}]',
    });
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

describe("eventDetail with ordered", () => {
  it("has a FIFO topic for FIFO queues, to which the same roles publish", async () => {
    const recorded = await recordProgram({
      "sluice:eventDetail": "ends",
      "sluice:ordered": "true",
      "sluice:subscribers": JSON.stringify([
        { queue: "arn:aws:sqs:eu-central-1:123456789012:counts" },
        { queue: "arn:aws:sqs:eu-central-1:123456789012:ledger.fifo" },
      ]),
    });
    const subscriptions = ofType(recorded, "aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs);
    const topicArn = "arn:aws:paper:eu-central-1:123456789012:topic/events";

    expect(subscriptions.map(({ topic, endpoint }) => [topic, endpoint])).toEqual([
      [topicArn, "arn:aws:sqs:eu-central-1:123456789012:counts"],
      [`${topicArn}-ordered`, "arn:aws:sqs:eu-central-1:123456789012:ledger.fifo"],
    ]);
    for (const role of ["api-cancel", "sweeper", "worker-task"]) {
      expect(statementsOf(recorded, role)).toContainEqual({
        Effect: "Allow",
        Action: ["sns:Publish"],
        Resource: [topicArn, `${topicArn}-ordered`],
      });
    }
    expect(container(recorded).environment).toContainEqual({
      name: "ORDERED_EVENTS_TOPIC_ARN",
      value: `${topicArn}-ordered`,
    });
  });
});
