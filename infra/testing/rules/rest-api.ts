import { companions, input, rewriting, setting, statements } from "./reading.ts";
import { plainConfigurations, type Rule } from "./rule.ts";

const restApi = "aws:apigateway/restApi:RestApi";
const policy = "aws:apigateway/restApiPolicy:RestApiPolicy";
const method = "aws:apigateway/method:Method";
const stage = "aws:apigateway/stage:Stage";
const settings = "aws:apigateway/methodSettings:MethodSettings";

/** Only the query service has a REST API. */
const absentIn = plainConfigurations;

export const restApiRules: Rule[] = [
  {
    ids: ["CKV_AWS_59", "CKV2_AWS_70"],
    says: "asks who calls",
    types: [method],
    absentIn,
    holds: (resource) => input(resource, "authorization") === "AWS_IAM",
    spoil: setting("authorization", "NONE"),
  },
  {
    ids: ["apigateway-endpoint-type"],
    says: "is reached through a VPC endpoint only",
    types: [restApi],
    absentIn,
    holds: (resource) =>
      input(resource, "endpointConfiguration.types") === "PRIVATE" &&
      ((input(resource, "endpointConfiguration.vpcEndpointIds") ?? []) as unknown[]).length === 1,
    spoil: setting("endpointConfiguration.types", "REGIONAL"),
  },
  {
    ids: ["sluice-private-api-policy"],
    says: "refuses what comes by another endpoint, and admits one role to one method",
    types: [policy],
    absentIn,
    holds: (resource) => {
      const [deny, allow, ...others] = statements(resource);
      return (
        others.length === 0 &&
        deny?.Effect === "Deny" &&
        deny.Principal === "*" &&
        Boolean(deny.Condition?.StringNotEquals?.["aws:SourceVpce"]) &&
        allow?.Effect === "Allow" &&
        /:role\//.test(JSON.stringify(allow.Principal)) &&
        allow.Resource.every((arn) => !arn.includes("*"))
      );
    },
    spoil: rewriting("policy", (found) => found.filter(({ Effect }) => Effect === "Allow")),
  },
  {
    ids: ["sluice-private-api-endpoint-policy"],
    says: "has an endpoint that lets this account's callers to the one method",
    types: [restApi],
    absentIn,
    holds: (resource, { registrations }) =>
      registrations
        .filter(({ inputs }) => String(inputs.serviceName).endsWith(".execute-api"))
        .every(
          (endpoint) =>
            input(endpoint, "privateDnsEnabled") === false &&
            statements(endpoint).every(({ Condition }) => Condition?.StringEquals?.["aws:PrincipalAccount"]),
        ) && resource.propertyDependencies.endpointConfiguration?.length === 1,
    spoil: (resource) => {
      resource.propertyDependencies = {};
    },
  },
  {
    ids: ["CKV_AWS_73"],
    says: "is traced",
    types: [stage],
    absentIn,
    holds: (resource) => input(resource, "xrayTracingEnabled") === true,
    spoil: setting("xrayTracingEnabled", false),
  },
  {
    ids: ["CKV_AWS_276"],
    says: "logs no bodies of requests, and is throttled",
    types: [settings],
    absentIn,
    holds: (resource) =>
      input(resource, "settings.dataTraceEnabled") === false &&
      Number(input(resource, "settings.throttlingRateLimit")) > 0 &&
      Number(input(resource, "settings.throttlingBurstLimit")) > 0,
    spoil: setting("settings.dataTraceEnabled", true),
  },
  {
    ids: ["sluice-private-api-deployed-after-policy"],
    says: "is deployed when it has its policy, without which AWS refuses to deploy it",
    types: ["aws:apigateway/deployment:Deployment"],
    absentIn,
    holds: (resource, program) => {
      const policies = program.registrations.filter(({ type }) => type === policy).map(({ urn }) => urn);
      return policies.some((urn) => resource.dependencies.includes(urn));
    },
    spoil: (resource) => {
      resource.dependencies = [];
    },
  },
  {
    ids: ["CKV2_AWS_4", "AwsSolutions-APIG6"],
    says: "logs each execution",
    types: [settings],
    absentIn,
    holds: (resource) => input(resource, "settings.loggingLevel") !== undefined,
  },
  {
    ids: ["CKV_AWS_120", "apigateway-stage-cached"],
    says: "caches answers",
    types: [stage],
    absentIn,
    holds: (resource) => input(resource, "cacheClusterEnabled") === true,
  },
  {
    ids: ["CKV2_AWS_53", "AwsSolutions-APIG2"],
    says: "validates requests before the function gets them",
    types: [method],
    absentIn,
    holds: (resource) => input(resource, "requestValidatorId") !== undefined,
  },
  {
    ids: ["CKV2_AWS_29", "AwsSolutions-APIG3"],
    says: "has a web application firewall in front",
    types: [stage],
    absentIn,
    holds: (resource, program) =>
      companions(program, resource, "aws:wafv2/webAclAssociation:WebAclAssociation").length > 0,
  },
];
