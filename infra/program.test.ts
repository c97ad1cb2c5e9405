import { beforeAll, describe, expect, it } from "vitest";
import type { Registration } from "../engine/registration.ts";
import { reaches } from "./testing/reaches.ts";
import { ofType, type Recorded, recordProgram } from "./testing/record-program.ts";

let program: Recorded;
beforeAll(async () => {
  program = await recordProgram();
});

describe("the program", () => {
  it("gives the outputs that others depend on", () => {
    expect(Object.keys(program.outputs).sort()).toEqual(
      [
        "alarmTopicArn",
        "apiUrl",
        "artifactsBucketName",
        "clusterName",
        "dashboardUrl",
        "deadLetterQueueUrl",
        "jobsTableName",
        "queueUrl",
        "repositoryUrl",
        "scalingTableName",
        "serviceName",
        "taskDefinitionArn",
      ].sort(),
    );
    expect(Object.values(program.outputs)).not.toContain(undefined);
  });

  it("keeps messages 14 days in both queues, encrypted, over TLS, and lets only the queue use its dead-letter queue", () => {
    const [dead, queue] = ofType(program, "aws:sqs/queue:Queue").sort((a, b) => (a.name < b.name ? 1 : -1));

    expect(queue?.inputs).toMatchObject({
      visibilityTimeoutSeconds: 60,
      receiveWaitTimeSeconds: 20,
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
    });
    expect(JSON.parse(String(queue?.inputs.redrivePolicy))).toMatchObject({ maxReceiveCount: 5 });
    expect(dead?.inputs).toMatchObject({ messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true });
    const [allowed] = ofType(program, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy");
    expect(JSON.parse(String(allowed?.inputs.redriveAllowPolicy))).toMatchObject({ redrivePermission: "byQueue" });
    for (const policy of ofType(program, "aws:sqs/queuePolicy:QueuePolicy")) expectTlsOnly(policy);
    expect(ofType(program, "aws:sqs/queuePolicy:QueuePolicy")).toHaveLength(2);
  });

  it("keeps jobs on demand, recoverable in time, expiring, with sharded indexes by state and by owner", () => {
    const table = ofType(program, "aws:dynamodb/table:Table").find(({ name }) => name === "jobs");

    expect(table?.inputs).toMatchObject({
      billingMode: "PAY_PER_REQUEST",
      pointInTimeRecovery: { enabled: true },
      ttl: { attributeName: "expiresAt", enabled: true },
      globalSecondaryIndexes: [
        { name: "byState", projectionType: "KEYS_ONLY" },
        { name: "byOwner", projectionType: "INCLUDE", nonKeyAttributes: ["state", "type"] },
      ],
    });
  });

  it("keeps objects private, encrypted, over TLS, and not for ever", () => {
    expect(ofType(program, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")[0]?.inputs).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(
      ofType(program, "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
    ).toHaveLength(1);
    expectTlsOnly(ofType(program, "aws:s3/bucketPolicy:BucketPolicy")[0]);
    expect(
      ofType(program, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")[0]?.inputs.rules,
    ).toMatchObject([
      { filter: { prefix: "" }, expiration: { days: 29 }, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } },
      { filter: { prefix: "uploads/" }, expiration: { days: 3 } },
    ]);
  });

  it("asks for a signature on every route but the description's unless the stack says otherwise", async () => {
    for (const route of ofType(program, "aws:apigatewayv2/route:Route")) {
      const expected = route.inputs.routeKey === "GET /openapi.json" ? "NONE" : "AWS_IAM";
      expect(route.inputs.authorizationType, route.name).toBe(expected);
    }
  });

  it("lets each role be taken on by one service, and by those that say so in this account only", () => {
    for (const role of ofType(program, "aws:iam/role:Role")) {
      const [statement, ...others] = JSON.parse(String(role.inputs.assumeRolePolicy)).Statement;
      expect(others).toEqual([]);
      expect(statement.Principal.Service, role.name).toMatch(/^[a-z0-9-]+\.amazonaws\.com$/);
      if (["scheduler.amazonaws.com", "ecs-tasks.amazonaws.com"].includes(statement.Principal.Service)) {
        expect(statement.Condition, role.name).toEqual({ StringEquals: { "aws:SourceAccount": "123456789012" } });
      }
    }
  });

  it("lets the API call its functions from its own routes only", () => {
    for (const permission of ofType(program, "aws:lambda/permission:Permission")) {
      expect(permission.inputs.sourceArn, permission.name).toMatch(/\/\*\/\*\/(jobs|uploads|openapi)/);
    }
  });

  it("builds the cluster so that a destroy takes the instances before it", () => {
    const find = (type: string, name?: string) =>
      ofType(program, type).find((registration) => name === undefined || registration.name === name) as Registration;
    const needs = (later: string, earlier: string, name?: string) =>
      expect(reaches(program.registrations, find(later), find(earlier, name)), `${later} needs ${earlier}`).toBe(true);

    needs("aws:autoscaling/group:Group", "aws:ecs/cluster:Cluster");
    needs("aws:ecs/capacityProvider:CapacityProvider", "aws:autoscaling/group:Group");
    needs("aws:ecs/service:Service", "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders");
    needs("aws:ecs/service:Service", "aws:iam/rolePolicy:RolePolicy", "worker-task");
    needs("aws:ecs/service:Service", "aws:iam/rolePolicy:RolePolicy", "worker-execution");
    needs("aws:autoscaling/group:Group", "aws:iam/rolePolicy:RolePolicy", "workers-instance");
  });

  it("guards the data where the stack does not say otherwise", async () => {
    const guarded = await recordProgram({ "sluice:protectData": "true" });

    for (const type of ["aws:dynamodb/table:Table", "aws:s3/bucket:Bucket"]) {
      const data = (recorded: Recorded) => ofType(recorded, type).find(({ name }) => name.startsWith("jobs"));
      expect(data(guarded)?.options, type).toMatchObject({ protect: true, retainOnDelete: true });
      expect(data(program)?.options, type).toMatchObject({ protect: false });
    }
  });
});

function expectTlsOnly(policy: Registration | undefined): void {
  expect(JSON.parse(String(policy?.inputs.policy)).Statement).toMatchObject([
    { Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
  ]);
}
