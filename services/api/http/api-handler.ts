import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { limits } from "../../../contract/limits.ts";
import { asError } from "../../../runtime/errors.ts";
import type { Log } from "../../../runtime/log.ts";
import { type TraceContext, xrayTraceId } from "../../../runtime/tracing/trace-context.ts";
import { callerOf } from "./caller.ts";
import { Problem } from "./problem.ts";

export interface ApiRequest {
  /** Who asks; jobs belong to this name. */
  owner: string;
  path: Record<string, string | undefined>;
  header(name: string): string | undefined;
  /** The trace the request belongs to; undefined where nobody traces. */
  trace: TraceContext | undefined;
  /** The body as JSON. @throws Problem 400, 413 or 415 */
  json(): unknown;
}

export interface ApiReply {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

/** Finds a request's trace; nothing where nobody traces. */
export type FindTrace = (header: ApiRequest["header"]) => TraceContext | undefined;

/** Wraps an operation as a handler of HTTP API events (payload format 2.0): every error becomes a problem document. */
export function apiHandler(
  log: Log,
  operation: (request: ApiRequest) => Promise<ApiReply>,
  findTrace: FindTrace = () => undefined,
) {
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const request = readRequest(event, findTrace);
    const traced = request.trace ? log.child({ traceId: xrayTraceId(request.trace.traceId) }) : log;
    try {
      const reply = await operation(request);
      return answer(reply.status, "application/json", reply.body, reply.headers);
    } catch (thrown) {
      const problem = thrown instanceof Problem ? thrown : unexpected(thrown, traced, event);
      const headers: Record<string, string> = {};
      if (problem.retryAfterSeconds) headers["retry-after"] = String(problem.retryAfterSeconds);
      return answer(problem.status, "application/problem+json", problem.body(), headers);
    }
  };
}

function readRequest(event: APIGatewayProxyEventV2, findTrace: FindTrace): ApiRequest {
  // API Gateway hands header names over in lower case.
  const header = (name: string) => event.headers[name.toLowerCase()];
  return {
    owner: callerOf(event),
    path: event.pathParameters ?? {},
    header,
    trace: findTrace(header),
    json: () => parseBody(event, header("content-type")),
  };
}

function parseBody(event: APIGatewayProxyEventV2, contentType: string | undefined): unknown {
  if (!/^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i.test(contentType ?? "")) {
    throw new Problem(
      415,
      "not-json",
      "The body is not JSON",
      `Expected Content-Type: application/json; came ${contentType ?? "none"}.`,
    );
  }
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > limits.requestBytes) {
    throw new Problem(
      413,
      "too-large",
      "The request is too large",
      `Expected at most ${limits.requestBytes} bytes; came ${bytes.length}. Larger inputs go through POST /uploads.`,
    );
  }
  const value = parseJson(bytes);
  if (isDeeper(value, limits.requestDepth)) {
    const detail = `Expected lists and objects at most ${limits.requestDepth} deep in each other.`;
    throw new Problem(400, "too-deep", "The body is nested too deep", detail);
  }
  return value;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Problem(400, "invalid-json", "The body is not JSON", asError(error).message, { cause: error });
  }
}

/** Level by level and not by recursion, which a deep value would overflow. */
function isDeeper(value: unknown, most: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}

function unexpected(thrown: unknown, log: Log, event: APIGatewayProxyEventV2): Problem {
  const error = asError(thrown);
  log.error({ err: error, route: event.routeKey, requestId: event.requestContext.requestId }, "request failed");
  if (comesFromAws(error)) {
    const detail = "A part of the service cannot be reached. Send the same request again, with the same id.";
    return new Problem(503, "unavailable", "Try again", detail, { cause: error, retryAfterSeconds: 1 });
  }
  return new Problem(500, "internal", "The service failed", "The request failed and was logged.", { cause: error });
}

/** The SDK marks what it throws; connection failures and timeouts carry a system code instead. */
function comesFromAws(error: Error): boolean {
  return "$metadata" in error || "syscall" in error || error.name === "TimeoutError";
}

function answer(
  statusCode: number,
  contentType: string,
  body: object,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { "content-type": contentType, "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}
