import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** An event as the HTTP API hands it to a function. */
export function apiEvent(
  routeKey: string,
  request: {
    body?: unknown;
    text?: string;
    headers?: Record<string, string>;
    path?: Record<string, string>;
    query?: Record<string, string>;
    iam?: object;
  } = {},
): APIGatewayProxyEventV2 {
  const body = request.text ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
  return {
    version: "2.0",
    routeKey,
    headers: { "content-type": "application/json", ...request.headers },
    isBase64Encoded: false,
    requestContext: { requestId: "r-1", ...(request.iam ? { authorizer: { iam: request.iam } } : {}) },
    ...(body === undefined ? {} : { body }),
    ...(request.query ? { queryStringParameters: request.query } : {}),
    ...(request.path ? { pathParameters: request.path } : {}),
  } as unknown as APIGatewayProxyEventV2;
}

export function bodyOf(reply: { body?: string | undefined }): Record<string, unknown> {
  return JSON.parse(reply.body ?? "null") as Record<string, unknown>;
}
