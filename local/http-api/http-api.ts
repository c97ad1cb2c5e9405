import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../runtime/clock.ts";
import type { InvokeResult } from "../lambda/invocation.ts";
import { type Authorizer, isRefusal, refusalMessages } from "./authorizer.ts";
import { answerPreflight, type CorsConfiguration, withCorsHeaders } from "./cors.ts";
import { isOwnHost, misdirected } from "./own-host.ts";
import { proxyEvent } from "./proxy-event.ts";
import { type ReceivedRequest, receiveRequest } from "./received-request.ts";
import { type Match, RouteTable } from "./route-table.ts";
import { type StageLimits, Throttle, type ThrottleLimits } from "./throttle.ts";

/** API Gateway refuses larger bodies: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const mostBodyBytes = 10 * 1024 * 1024;

/** AWS's limits for an account in a region, used if the stage has none. Same source. */
const accountLimits: ThrottleLimits = { requestsPerSecond: 10_000, burst: 5_000 };

/** A route's function and authorizer. */
export interface RouteTarget {
  invoke(event: unknown): Promise<InvokeResult>;
  authorize: Authorizer;
}

/** A handler's response in payload format 2.0. */
interface HandlerReply {
  statusCode?: number;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}

/** An HTTP API on a port of its own. Requests become payload format 2.0 events. */
export class HttpApi {
  readonly id: string;
  readonly routes = new RouteTable<RouteTarget>();
  readonly #clock: Clock;
  readonly #cors: CorsConfiguration | undefined;
  readonly #server: Server;
  #throttle: Throttle;

  constructor(id: string, clock: Clock, cors?: CorsConfiguration) {
    this.id = id;
    this.#clock = clock;
    this.#cors = cors;
    this.#throttle = new Throttle(clock, { default: accountLimits, routes: {} });
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) sendMessage(response, 500, "Internal Server Error");
        else response.destroy(error instanceof Error ? error : undefined);
      });
    });
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sets the stage's throttling limits. */
  limit(limits: Partial<StageLimits>): void {
    this.#throttle = new Throttle(this.#clock, { default: accountLimits, routes: {}, ...limits });
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readUpTo(incoming, mostBodyBytes);
    const request = receiveRequest(incoming, body ?? Buffer.alloc(0));
    if (!isOwnHost(request.headers.host)) return sendMessage(response, 421, misdirected(request.headers.host));
    const preflight = this.#cors && answerPreflight(request, this.#cors);
    if (preflight) return void response.writeHead(204, preflight).end();

    const match = this.routes.find(request.method, request.path);
    if (!match) return sendMessage(response, 404, "Not Found");
    if (!this.#throttle.admit(match.routeKey)) return sendMessage(response, 429, "Too Many Requests");
    if (!body) return sendMessage(response, 413, "Request Too Long");
    const verdict = await match.target.authorize(request);
    if (isRefusal(verdict)) {
      return sendMessage(response, verdict.status, refusalMessages[verdict.status], verdict.headers);
    }
    const context = { apiId: this.id, ...match, identity: verdict, now: this.#clock.now() };
    await this.#passOn(request, proxyEvent(request, context), match, response);
  }

  async #passOn(
    request: ReceivedRequest,
    event: object,
    match: Match<RouteTarget>,
    response: ServerResponse,
  ): Promise<void> {
    const result = await match.target.invoke(event);
    if (result.ok) sendReply(response, result.result, (own) => this.#withCors(request, own));
    // The body is within the API's limit, but the event with it exceeds the function's.
    else if (result.error.errorType === "RequestTooLargeException") sendMessage(response, 413, "Request Too Long");
    // The function has no concurrency left.
    else if (result.error.errorType === "TooManyRequestsException") sendMessage(response, 503, "Service Unavailable");
    else sendMessage(response, 500, "Internal Server Error");
  }

  #withCors(request: ReceivedRequest, own: Record<string, string>): Record<string, string> {
    return this.#cors ? withCorsHeaders(request, own, this.#cors) : own;
  }
}

/**
 * Reads a body without keeping more than the limit. A connection that is cut while the client sends would hide the
 * answer.
 */
async function readUpTo(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes <= most) chunks.push(chunk as Buffer);
  }
  return bytes > most ? undefined : Buffer.concat(chunks);
}

function sendReply(
  response: ServerResponse,
  result: unknown,
  complete: (own: Record<string, string>) => Record<string, string>,
): void {
  const reply = result as HandlerReply | undefined;
  if (typeof reply !== "object" || reply === null || typeof reply.statusCode !== "number") {
    response.writeHead(200, complete({ "content-type": "application/json" }));
    return void response.end(JSON.stringify(result ?? null));
  }
  response.writeHead(reply.statusCode, complete(reply.headers ?? {}));
  response.end(Buffer.from(reply.body ?? "", reply.isBase64Encoded ? "base64" : "utf8"));
}

function sendMessage(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ message }));
}
