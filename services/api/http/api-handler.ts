import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { Json } from "../../../contract/job.ts";
import { limits } from "../../../contract/limits.ts";
import type { ApiFunction, RoutesOf } from "../../../contract/routes.ts";
import { type Clock, systemClock } from "../../../runtime/clock.ts";
import { withDeadline } from "../../../runtime/deadline.ts";
import type { Log } from "../../../runtime/log.ts";
import { type TraceContext, xrayTraceId } from "../../../runtime/tracing/trace-context.ts";
import { callerOf } from "./caller.ts";
import { describe } from "./field-errors.ts";
import { parseJson } from "./parse-json.ts";
import { type Problem, problemOf, refusal } from "./problem.ts";

export interface ApiRequest {
  /** The owner of the caller's jobs. */
  owner: string;
  /** The matched route, such as `GET /jobs/{jobId}`. */
  route: string;
  path: Record<string, string | undefined>;
  /** The query without the parameters of a presigned URL. */
  query: Record<string, string | undefined>;
  header(name: string): string | undefined;
  /** The request's trace; undefined if tracing is off. */
  trace: RequestTrace | undefined;
  /** Parses the body as JSON; undefined without a body. @throws Problem 400, 413 or 415 */
  json(): unknown;
  /** Converts an error to a problem, and logs it unless it is one already. */
  problemOf(thrown: unknown): Problem;
}

export interface ApiReply {
  status: number;
  body: Json | object;
  headers?: Record<string, string>;
}

export interface RequestTrace extends TraceContext {
  /** Id of the trace that the caller's `traceparent` names. */
  callerTraceId?: string;
}

/** Finds a request's trace; undefined if tracing is off. */
export type FindTrace = (header: ApiRequest["header"]) => RequestTrace | undefined;

export type Operation = (request: ApiRequest) => Promise<ApiReply>;

/** Dispatches each route of a function to its operation. */
export function byRoute<Name extends ApiFunction>(operations: Record<RoutesOf<Name>, Operation>): Operation {
  const known = new Map<string, Operation>(Object.entries(operations));
  return (request) => {
    const operation = known.get(request.route);
    // API Gateway sends only the routes that `infra/` declares. Another route is a defect: the answer is 500.
    if (operation === undefined) throw new Error(`expected ${[...known.keys()].join(", ")}; came ${request.route}`);
    return operation(request);
  };
}

/** Wraps an operation as a handler of HTTP API events (payload format 2.0). Every error becomes a problem document. */
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
    // API Gateway passes header names in lower case.
    const header: ApiRequest["header"] = (name) => event.headers[name.toLowerCase()];
    const trace = findTrace(header);
    const traced = log.child({
      route: event.routeKey,
      requestId: event.requestContext.requestId,
      ...(trace ? { traceId: xrayTraceId(trace.traceId), callerTraceId: trace.callerTraceId } : {}),
    });
    try {
      const work = operation(readRequest(event, header, trace, traced));
      const reply = await (context ? inTime(clock, context.getRemainingTimeInMillis(), work) : work);
      return answer(reply.status, "application/json", reply.body, reply.headers);
    } catch (thrown) {
      const problem = problemOf(thrown, traced);
      return answer(problem.status, "application/problem+json", problem.body(), problem.headers());
    }
  };
}

/**
 * Waits for an operation until shortly before the function's timeout, so that the answer is 503 with Retry-After. After the
 * timeout API Gateway would answer 500. The outcome of the operation is then unknown; every operation may be repeated.
 * @throws AppError `too-late`
 */
function inTime<Value>(clock: Clock, leftMilliseconds: number, work: Promise<Value>): Promise<Value> {
  return withDeadline(clock, Math.max(0, leftMilliseconds - answerMilliseconds), work);
}

/** Time reserved for sending the answer. */
const answerMilliseconds = 500;

function readRequest(
  event: APIGatewayProxyEventV2,
  header: ApiRequest["header"],
  trace: RequestTrace | undefined,
  log: Log,
): ApiRequest {
  return {
    owner: callerOf(event),
    route: event.routeKey,
    path: event.pathParameters ?? {},
    query: withoutSignature(event.queryStringParameters ?? {}),
    header,
    trace,
    json: () => parseBody(event, header("content-type")),
    problemOf: (thrown) => problemOf(thrown, log),
  };
}

/**
 * Removes the parameters of a presigned URL. API Gateway has verified them; operations refuse unknown parameters.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function withoutSignature(query: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(query).filter(([name]) => !name.startsWith("X-Amz-")));
}

function parseBody(event: APIGatewayProxyEventV2, contentType: string | undefined): unknown {
  if (!event.body) return undefined;
  if (!/^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i.test(contentType ?? "")) {
    const came = describe(contentType);
    throw refusal(415, "not-json", "The Content-Type is not JSON", [
      { field: "Content-Type", expected: "application/json", came },
    ]);
  }
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > limits.requestBytes) {
    const expected = `at most ${limits.requestBytes} bytes; upload larger payloads with POST /uploads`;
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
