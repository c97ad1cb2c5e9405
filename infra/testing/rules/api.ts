import type { Registration } from "../record-program.ts";
import { input, setting } from "./reading.ts";
import type { Rule } from "./rule.ts";

const stage = "aws:apigatewayv2/stage:Stage";
const route = "aws:apigatewayv2/route:Route";

interface RouteSettings {
  routeKey: string;
  throttlingRateLimit: number;
  throttlingBurstLimit: number;
}

function settingsOf(resource: Registration): RouteSettings[] {
  return (input(resource, "routeSettings") ?? []) as RouteSettings[];
}

export const apiRules: Rule[] = [
  {
    ids: ["CKV_AWS_76", "AwsSolutions-APIG1"],
    says: "keeps an access log",
    types: [stage, "aws:apigateway/stage:Stage"],
    holds: (resource) =>
      Boolean(input(resource, "accessLogSettings.destinationArn")) &&
      Boolean(input(resource, "accessLogSettings.format")),
    spoil: setting("accessLogSettings", undefined),
  },
  {
    ids: ["CKV_AWS_309", "AwsSolutions-APIG4"],
    says: "asks who calls",
    types: [route],
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
    ids: ["sluice-reads-throttled-apart"],
    says: "throttles each route that reads below the routes that write",
    types: [stage],
    holds: (resource, { registrations }) =>
      registrations
        .filter(({ type, inputs }) => type === route && String(inputs.routeKey).startsWith("GET "))
        .every(({ inputs }) => {
          const own = settingsOf(resource).find(({ routeKey }) => routeKey === inputs.routeKey);
          const most = Number(input(resource, "defaultRouteSettings.throttlingRateLimit"));
          return own && own.throttlingBurstLimit > 0 && own.throttlingRateLimit > 0 && own.throttlingRateLimit < most;
        }),
    spoil: setting("routeSettings", []),
  },
  {
    ids: ["sluice-access-log-source"],
    says: "logs the address that a request came from",
    types: [stage],
    holds: (resource) => String(input(resource, "accessLogSettings.format")).includes("$context.identity.sourceIp"),
    spoil: setting("accessLogSettings.format", '{"requestId":"$context.requestId"}'),
  },
  {
    ids: ["sluice-integration-shorter-than-gateway"],
    says: "waits no longer for a function than API Gateway does for anything",
    types: ["aws:apigatewayv2/integration:Integration"],
    holds: (resource) => Number(input(resource, "timeoutMilliseconds")) <= 30_000,
    spoil: setting("timeoutMilliseconds", 60_000),
  },
];
