import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { RouteKey } from "../../../contract/routes.ts";
import { sampleJob } from "../../jobs/testing/sample-job.ts";
import type { MemoryApi } from "./memory-api.ts";

export interface Sent {
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
  path?: Record<string, string>;
  query?: Record<string, string>;
  iam?: object;
}

/** Builds an event as the HTTP API sends it to a function. */
export function apiEvent(routeKey: string, request: Sent = {}): APIGatewayProxyEventV2 {
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

/** The default caller of `call`, and the owner of its jobs. */
const iam = { accountId: "1", userId: "alice" };
export const owner = "1.alice";
export const job = (jobId: string, changes: Parameters<typeof sampleJob>[0] = {}) =>
  sampleJob({ owner, jobId, ...changes });

/** Sends a request, and parses the answer's body. */
export async function call(api: MemoryApi, route: RouteKey, request: Sent = {}) {
  const { statusCode, headers, body } = await api.call(apiEvent(route, { iam, ...request }));
  return { status: statusCode, headers, body: bodyOf({ body }) };
}
