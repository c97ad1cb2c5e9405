import { input, setting } from "./reading.ts";
import type { Rule } from "./rule.ts";

const stage = "aws:apigatewayv2/stage:Stage";

export const apiRules: Rule[] = [
  {
    ids: ["CKV_AWS_76", "AwsSolutions-APIG1"],
    says: "keeps an access log",
    types: [stage],
    holds: (resource) =>
      Boolean(input(resource, "accessLogSettings.destinationArn")) &&
      Boolean(input(resource, "accessLogSettings.format")),
    spoil: setting("accessLogSettings", undefined),
  },
  {
    ids: ["CKV_AWS_309", "AwsSolutions-APIG4"],
    says: "asks who calls",
    types: ["aws:apigatewayv2/route:Route"],
    holds: (resource) => ["AWS_IAM", "JWT", "CUSTOM"].includes(String(input(resource, "authorizationType"))),
    spoil: setting("authorizationType", "NONE"),
  },
  {
    ids: ["sluice-stage-throttled"],
    says: "states both throttles: one alone makes the other 0, and every answer a 429",
    types: [stage],
    holds: (resource) =>
      Number(input(resource, "defaultRouteSettings.throttlingBurstLimit")) > 0 &&
      Number(input(resource, "defaultRouteSettings.throttlingRateLimit")) > 0,
    spoil: setting("defaultRouteSettings.throttlingRateLimit", undefined),
  },
  {
    ids: ["sluice-integration-shorter-than-gateway"],
    says: "waits no longer for a function than API Gateway does for anything",
    types: ["aws:apigatewayv2/integration:Integration"],
    holds: (resource) => Number(input(resource, "timeoutMilliseconds")) <= 30_000,
    spoil: setting("timeoutMilliseconds", 60_000),
  },
];
