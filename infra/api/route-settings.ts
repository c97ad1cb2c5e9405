import type * as aws from "@pulumi/aws";
import { routesWith } from "../../contract/routes.ts";
import type { Config } from "../config.ts";

/** Requests per second, and burst, of the OpenAPI document. Anyone may read it, and clients read it once. */
const openapiRequestsPerSecond = 10;

/** The same of each route of schedules, which change rarely. */
const scheduleRequestsPerSecond = 50;

/**
 * Throttling of the routes that only read. Without it each could use as many Lambda executions as all submits together. The
 * bucket holds one second's worth, and all callers share it.
 */
export function routeSettings(
  config: Pick<Config, "statusRequestsPerSecond" | "schedules">,
): aws.types.input.apigatewayv2.StageRouteSetting[] {
  return routesWith(config).flatMap(([routeKey, { function: handler }]) => {
    if (handler === "status") return [settings(routeKey, config.statusRequestsPerSecond)];
    if (handler === "schedules") return [settings(routeKey, scheduleRequestsPerSecond)];
    if (handler === "openapi") return [settings(routeKey, openapiRequestsPerSecond)];
    return [];
  });
}

function settings(routeKey: string, requestsPerSecond: number) {
  return {
    routeKey,
    throttlingRateLimit: requestsPerSecond,
    throttlingBurstLimit: requestsPerSecond,
    // A route's settings replace the stage's, this one included.
    detailedMetricsEnabled: true,
  };
}
