import { beforeAll, describe, expect, it } from "vitest";
import { checkConfig } from "../contract/check-config.ts";
import type { Registration } from "../engine/registration.ts";
import { reaches } from "./testing/reaches.ts";
import { ofType, type Recorded, recordProgram } from "./testing/record-program.ts";
import { configurations, recordAll } from "./testing/rules/recordings.ts";

let plain: Recorded;
let full: Recorded;
let without: Recorded;
beforeAll(async () => {
  plain = await recordProgram({ "sluice:queryService": "true" });
  const all = await recordAll();
  full = all["all-options"];
  without = all.dev;
});

/** The one registration of a type that belongs to the query service. */
function find({ registrations }: Recorded, type: string, name = "query"): Registration {
  const found = registrations.filter((one) => one.type === type && one.name === name);
  expect(found, `${type} ${name}`).toHaveLength(1);
  return found[0] as Registration;
}

function statementsOf(recorded: Recorded, role: string) {
  const { Statement } = JSON.parse(String(find(recorded, "aws:iam/rolePolicy:RolePolicy", role).inputs.policy));
  return Statement as { Action: string[]; Resource: string[] }[];
}

const container = (recorded: Recorded) =>
  JSON.parse(String(find(recorded, "aws:ecs/taskDefinition:TaskDefinition").inputs.containerDefinitions))[0];

describe("queryService off", () => {
  it("registers nothing of it", () => {
    const names = without.registrations.filter(({ name, type }) => `${name} ${type}`.toLowerCase().includes("query"));

    expect(configurations.dev.settings).toEqual({});
    expect(names).toEqual([]);
    expect(without.outputs).not.toHaveProperty("queryUrl");
  });
});

describe("the query service", () => {
  it("runs two tasks on Fargate with addresses of their own, and gives a failed deployment up", () => {
    expect(find(plain, "aws:ecs/service:Service").inputs).toMatchObject({
      desiredCount: 2,
      launchType: "FARGATE",
      deploymentMaximumPercent: 200,
      deploymentMinimumHealthyPercent: 50,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: false,
      loadBalancers: [{ containerName: "query", containerPort: 8_000 }],
      networkConfiguration: {
        subnets: ["subnet-a", "subnet-b"],
        securityGroups: ["query-service-id"],
        assignPublicIp: false,
      },
    });
    expect(find(full, "aws:ecs/service:Service").inputs.enableExecuteCommand).toBe(true);
    expect(find(plain, "aws:ecs/taskDefinition:TaskDefinition").inputs).toMatchObject({
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
    });
  });

  it("has a health check by the image's shell, and no setting that Fargate refuses", () => {
    const { healthCheck, ...definition } = container(plain);

    expect(healthCheck).toMatchObject({ interval: 30, timeout: 5, retries: 3, startPeriod: 60 });
    expect(healthCheck.command.slice(0, 3)).toEqual(["CMD", "bash", "-c"]);
    expect(definition).toMatchObject({ portMappings: [{ containerPort: 8_000 }], readonlyRootFilesystem: true });
    expect(definition).not.toHaveProperty("dockerSecurityOptions");
    expect(definition.linuxParameters).not.toHaveProperty("tmpfs");
    expect(definition.ulimits.map(({ name }: { name: string }) => name)).toEqual(["nofile"]);
  });

  it("stops within the container's stop timeout and the target's deregistration delay", () => {
    expect(container(plain).stopTimeout).toBe(30);
    expect(find(plain, "aws:lb/targetGroup:TargetGroup").inputs).toMatchObject({
      targetType: "ip",
      port: 8_000,
      deregistrationDelay: 30,
      healthCheck: { path: "/health", interval: 30, timeout: 5, healthyThreshold: 2 },
    });
  });

  it("serves HTTP on 80, or HTTPS with a redirect where a certificate is given", () => {
    const listeners = (recorded: Recorded) =>
      ofType(recorded, "aws:lb/listener:Listener").map(({ inputs }) => [inputs.port, inputs.protocol]);

    expect(listeners(plain)).toEqual([[80, "HTTP"]]);
    expect(listeners(full).sort()).toEqual([
      [443, "HTTPS"],
      [80, "HTTP"],
    ]);
    expect(plain.outputs.queryUrl).toBe("http://query.elb.paper");
    expect(full.outputs.queryUrl).toBe("https://query.elb.paper");
  });

  it("lets clients of the VPC or of the given ranges reach the load balancer, and it alone the tasks", () => {
    const ways = (recorded: Recorded) =>
      ofType(recorded, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        .map(({ inputs }) => inputs)
        .map((one) => `${one.cidrIpv4 ?? one.referencedSecurityGroupId} > ${one.securityGroupId}:${one.toPort}`)
        .filter((way) => way.includes("query"))
        .sort();

    expect(ways(plain)).toEqual([
      "10.0.0.0/16 > query-balancer-id:80",
      "query-balancer-id > query-service-id:8000",
      "query-service-id > query-endpoint-id:443",
    ]);
    expect(ways(full)).toEqual([
      "10.0.0.0/8 > query-balancer-id:443",
      "10.0.0.0/8 > query-balancer-id:80",
      "query-balancer-id > query-service-id:8000",
      "query-service-id > network-endpoints-id:443",
      "query-service-id > query-endpoint-id:443",
    ]);
  });

  it("gives the tasks one method of the private API, and the function one index, its jobs and the results", () => {
    const [ask, ...others] = statementsOf(plain, "query-task");

    expect(others).toEqual([]);
    expect(ask).toMatchObject({
      Action: ["execute-api:Invoke"],
      Resource: [expect.stringMatching(/\/internal\/POST\/query$/)],
    });
    const actions = statementsOf(plain, "query-find").flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/^(logs|xray):/.test(action)).sort()).toEqual([
      "dynamodb:BatchGetItem",
      "dynamodb:Query",
      "s3:GetObject",
    ]);
  });

  it("asks by the endpoint's alias, which needs no private DNS", () => {
    const { value } = container(plain).environment.find(({ name }: { name: string }) => name === "QUERY_API_URL");

    expect(value).toBe("https://query-id-query-id.execute-api.paper/internal/query");
  });

  it("is taken down before its listener, its permissions and its ways to AWS", () => {
    const service = find(full, "aws:ecs/service:Service");
    const needed = [
      find(full, "aws:lb/listener:Listener"),
      find(full, "aws:iam/rolePolicy:RolePolicy", "query-task"),
      find(full, "aws:iam/rolePolicy:RolePolicy", "query-execution"),
      find(full, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "query-s3"),
      find(full, "aws:ec2/vpcEndpoint:VpcEndpoint", "network-ecr-dkr"),
      find(full, "aws:lambda/function:Function", "query-find"),
    ];

    expect(needed.filter((one) => !reaches(full.registrations, service, one)).map(({ name }) => name)).toEqual([]);
  });

  it("scales by CPU or by requests, between its bounds and with scheduled limits", () => {
    const policy = (recorded: Recorded) =>
      find(recorded, "aws:appautoscaling/policy:Policy").inputs.targetTrackingScalingPolicyConfiguration;

    expect(find(plain, "aws:appautoscaling/target:Target").inputs).toMatchObject({ minCapacity: 2, maxCapacity: 6 });
    expect(policy(plain)).toMatchObject({
      targetValue: 50,
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    });
    expect(policy(full)).toMatchObject({
      targetValue: 1_000,
      predefinedMetricSpecification: {
        predefinedMetricType: "ALBRequestCountPerTarget",
        resourceLabel: "loadbalancer/query/targetgroup/query",
      },
    });
    expect(find(full, "aws:appautoscaling/scheduledAction:ScheduledAction", "query-0").inputs).toMatchObject({
      schedule: "cron(0 8 ? * MON-FRI *)",
      timezone: "Europe/Berlin",
      scalableTargetAction: { minCapacity: 4, maxCapacity: 6 },
    });
  });

  it("raises alarms for CPU, memory, unhealthy tasks, 5xx and the function's errors", () => {
    const alarms = ofType(plain, "aws:cloudwatch/metricAlarm:MetricAlarm").filter(({ name }) => name.includes("query"));

    expect(alarms.map(({ name }) => name).sort()).toEqual(
      ["query-5xx", "query-cpu", "query-errors", "query-memory", "query-unhealthy"].map((name) => `watch-${name}`),
    );
    const cpu = alarms.find(({ name }) => name.endsWith("cpu"));
    expect(cpu?.inputs).toMatchObject({ threshold: 70, period: 300, evaluationPeriods: 2 });
  });
});

describe("contradictions of its settings", () => {
  const base = Object.fromEntries(Object.entries({ queryMinTasks: "7" }));

  it("are reported", () => {
    const result = checkConfig({ ...base, queryMaxTasks: "6", querySchedules: "[]" });

    expect("problems" in result && result.problems).toContain("queryMinTasks 7 is more than queryMaxTasks 6");
  });

  it("include limits by time outside its own", () => {
    const result = checkConfig({
      queryMinTasks: "2",
      queryMaxTasks: "6",
      querySchedules: '[{"cron":"0 8 * * *","timeZone":"UTC","minTasks":7}]',
    });

    expect("problems" in result && result.problems).toContain(
      "querySchedules.0 has minTasks 7, which is more than maxTasks 6",
    );
  });

  it("include settings of a service that is off", () => {
    const result = checkConfig({
      queryService: "false",
      querySchedules: "[]",
      queryClientCidrs: '["10.0.0.0/8"]',
      queryCertificateArn: "",
    });

    expect("problems" in result && result.problems).toContain("queryClientCidrs is set, but queryService is false");
  });
});
