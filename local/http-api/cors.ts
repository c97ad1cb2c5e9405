import type { ReceivedRequest } from "./received-request.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
export interface CorsConfiguration {
  allowOrigins: string[];
  allowMethods: string[];
  allowHeaders: string[];
  exposeHeaders: string[];
  allowCredentials: boolean;
  maxAge: number | undefined;
}

type Headers = Record<string, string>;

/**
 * With CORS configured, the API answers OPTIONS itself, before routes and authorizers. Undefined for other requests.
 */
export function answerPreflight(
  { method, headers }: Pick<ReceivedRequest, "method" | "headers">,
  cors: CorsConfiguration,
): Headers | undefined {
  if (method !== "OPTIONS") return undefined;
  const origin = allowedOrigin(headers.origin, cors);
  if (origin === undefined || headers["access-control-request-method"] === undefined) return {};
  return {
    ...originHeaders(origin, cors),
    ...list("access-control-allow-methods", cors.allowMethods),
    ...list("access-control-allow-headers", cors.allowHeaders),
    ...(cors.maxAge === undefined ? {} : { "access-control-max-age": String(cors.maxAge) }),
  };
}

/** Adds the configured CORS headers to a function's response and drops the function's own ones. */
export function withCorsHeaders(
  request: Pick<ReceivedRequest, "headers">,
  own: Headers,
  cors: CorsConfiguration,
): Headers {
  const kept = Object.entries(own).filter(([name]) => !/^access-control-/i.test(name));
  const origin = allowedOrigin(request.headers.origin, cors);
  return {
    ...Object.fromEntries(kept),
    ...(origin === undefined
      ? {}
      : { ...originHeaders(origin, cors), ...list("access-control-expose-headers", cors.exposeHeaders) }),
  };
}

function allowedOrigin(origin: string | undefined, { allowOrigins }: CorsConfiguration): string | undefined {
  if (origin === undefined) return undefined;
  if (allowOrigins.includes("*")) return "*";
  const isAllowed = allowOrigins.some((allowed) =>
    allowed.endsWith("://*") ? origin.startsWith(allowed.slice(0, -1)) : allowed === origin,
  );
  return isAllowed ? origin : undefined;
}

function originHeaders(origin: string, { allowCredentials }: CorsConfiguration): Headers {
  return {
    "access-control-allow-origin": origin,
    ...(allowCredentials ? { "access-control-allow-credentials": "true" } : {}),
  };
}

function list(name: string, values: string[]): Headers {
  return values.length > 0 ? { [name]: values.join(",") } : {};
}
