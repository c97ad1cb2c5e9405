import type * as aws from "@pulumi/aws";
import { routesWith } from "../../contract/routes.ts";
import type { Config } from "../config.ts";

/**
 * CORS settings of the API. `allowCredentials` stays off: callers authenticate with the `Authorization` header, not with
 * cookies.
 */
export function corsConfiguration(config: Config): aws.types.input.apigatewayv2.ApiCorsConfiguration | undefined {
  const { corsOrigins } = config;
  if (corsOrigins.length === 0) return undefined;
  return {
    allowOrigins: corsOrigins,
    allowMethods: [...new Set(routesWith(config).map(([key]) => key.split(" ")[0] ?? key))].sort(),
    allowHeaders: [
      "authorization",
      "content-type",
      "idempotency-key",
      "traceparent",
      "x-amz-content-sha256",
      "x-amz-date",
      "x-amz-security-token",
    ],
    exposeHeaders: ["location", "retry-after"],
    maxAge: 3600,
  };
}
