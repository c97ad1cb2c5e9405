import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { Json } from "../../../contract/job.ts";
import { limits } from "../../../contract/limits.ts";
import type { ApiFunction, RoutesOf } from "../../../contract/routes.ts";
import { type Clock, systemClock } from "../../../runtime/clock.ts";
import type { Log } from "../../../runtime/log.ts";
import { type TraceContext, xrayTraceId } from "../../../runtime/tracing/trace-context.ts";
import { callerOf } from "./caller.ts";
import { describe } from "./field-errors.ts";
import { inTime } from "./in-time.ts";
import { ownQuery } from "./own-query.ts";
import { parseJson } from "./parse-json.ts";
import { type Problem, refusal } from "./problem.ts";
import { problemOf } from "./problem-of.ts";

export interface ApiRequest {
  /** Who asks; jobs belong to this name. Reading it throws Problem 403 for a caller without one. */
  owner: string;
  /** The route that API Gateway has found, such as `GET /jobs/{jobId}`. */
  route: string;
  path: Record<string, string | undefined>;
  query: Record<string, string | undefined>;
  header(name: string): string | undefined;
  /** The trace the request belongs to; undefined where nobody traces. */
  trace: TraceContext | undefined;
  /** The body as JSON. @throws Problem 400, 413 or 415 */
  json(): unknown;
  /** What anything thrown is to the caller: itself if it is a problem, else a defect or an outage, which is logged. */
  problemOf(thrown: unknown): Problem;
}

export interface ApiReply {
  status: number;
  body: Json | object;
  headers?: Record<string, string>;
}

/** Finds a request's trace; nothing where nobody traces. */
export type FindTrace = (header: ApiRequest["header"]) => TraceContext | undefined;

export type Operation = (request: ApiRequest) => Promise<ApiReply>;

/** One operation for all routes of a function. */
export function byRoute<Name extends ApiFunction>(operations: Record<RoutesOf<Name>, Operation>): Operation {
  const known = new Map<string, Operation>(Object.entries(operations));
  return (request) => {
    const operation = known.get(request.route);
    // API Gateway sends what `infra/` tells it to: a defect, which is answered as one.
    if (operation === undefined) throw new Error(`expected ${[...known.keys()].join(", ")}; came ${request.route}`);
    return operation(request);
  };
}

/** Wraps an operation as a handler of HTTP API events (payload format 2.0): every error becomes a problem document. */
export function apiHandler(
  log: Log,
  operation: Operation,
  findTrace: FindTrace = () => undefined,
  clock: Clock = systemClock,
) {
  return async (
    event: APIGatewayProxyEventV2,
    context?: Pick<Context, "getRemainingTimeInMillis">,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    // API Gateway hands header names over in lower case.
    const header: ApiRequest["header"] = (name) => event.headers[name.toLowerCase()];
    const trace = findTrace(header);
    const traceId = trace ? { traceId: xrayTraceId(trace.traceId) } : {};
    const traced = log.child({ route: event.routeKey, requestId: event.requestContext.requestId, ...traceId });
    try {
      const work = operation(readRequest(event, header, trace, traced));
      const reply = await (context ? inTime(clock, context.getRemainingTimeInMillis(), work) : work);
      return answer(reply.status, "application/json", reply.body, reply.headers);
    } catch (thrown) {
      const problem = problemOf(thrown, traced);
      const headers: Record<string, string> = {};
      if (problem.retryAfterSeconds) headers["retry-after"] = String(problem.retryAfterSeconds);
      return answer(problem.status, "application/problem+json", problem.body(), headers);
    }
  };
}

function readRequest(
  event: APIGatewayProxyEventV2,
  header: ApiRequest["header"],
  trace: TraceContext | undefined,
  log: Log,
): ApiRequest {
  return {
    owner: callerOf(event),
    route: event.routeKey,
    path: event.pathParameters ?? {},
    query: ownQuery(event.queryStringParameters),
    header,
    trace,
    json: () => parseBody(event, header("content-type")),
    problemOf: (thrown) => problemOf(thrown, log),
  };
}

function parseBody(event: APIGatewayProxyEventV2, contentType: string | undefined): unknown {
  if (!/^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i.test(contentType ?? "")) {
    const came = describe(contentType);
    throw refusal(415, "not-json", "The body is not JSON by its own word", [
      { field: "Content-Type", expected: "application/json", came },
    ]);
  }
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > limits.requestBytes) {
    const expected = `at most ${limits.requestBytes} bytes, and what is larger through POST /uploads`;
    throw refusal(413, "too-large", "The request is too large", [
      { field: "body", expected, came: `${bytes.length} bytes` },
    ]);
  }
  return parseJson(bytes, { field: "body", prefix: "" });
}

function answer(
  statusCode: number,
  contentType: string,
  body: Json | object,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { "content-type": contentType, "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}
