import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../runtime/clock.ts";
import type { InvokeResult } from "../lambda/function.ts";
import { type Match, RouteTable } from "./route-table.ts";

/** API Gateway refuses larger bodies: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const mostBodyBytes = 10 * 1024 * 1024;

type Invoke = (event: unknown) => Promise<InvokeResult>;

/** What a handler may answer in payload format 2.0. */
interface HandlerReply {
  statusCode?: number;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}

/** An HTTP API on a port of its own: requests become payload format 2.0 events of the functions behind the routes. */
export class HttpApi {
  readonly id: string;
  readonly routes = new RouteTable<Invoke>();
  readonly #clock: Clock;
  readonly #server: Server;

  constructor(id: string, clock: Clock) {
    this.id = id;
    this.#clock = clock;
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

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.endpoint);
    const match = this.routes.find(request.method ?? "GET", url.pathname);
    if (!match) return sendMessage(response, 404, "Not Found");
    const body = await readUpTo(request, mostBodyBytes);
    if (!body) return sendMessage(response, 413, "Request Too Long");

    const result = await match.target(proxyEvent(request, url, body, match, this.id, this.#clock.now()));
    if (result.ok) sendReply(response, result.result);
    // The body was within the API's limit, but the event around it is beyond the function's.
    else if (result.error.errorType === "RequestTooLargeException") sendMessage(response, 413, "Request Too Long");
    else sendMessage(response, 500, "Internal Server Error");
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function proxyEvent(
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  match: Match<Invoke>,
  apiId: string,
  now: number,
): object {
  const text = body.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(body);
  return {
    version: "2.0",
    routeKey: match.routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: joinHeaders(request.headers),
    ...(url.search ? { queryStringParameters: joinQuery(url.searchParams) } : {}),
    requestContext: {
      accountId: "anonymous",
      apiId,
      domainName: request.headers.host ?? "",
      domainPrefix: apiId,
      http: {
        method: request.method,
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: match.routeKey,
      stage: "$default",
      time: new Date(now).toUTCString(),
      timeEpoch: now,
    },
    ...(Object.keys(match.pathParameters).length > 0 ? { pathParameters: match.pathParameters } : {}),
    ...(body.length > 0 ? { body: isText ? text : body.toString("base64") } : {}),
    isBase64Encoded: !isText,
  };
}

function joinHeaders(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : (value ?? "")]),
  );
}

function joinQuery(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(",")]));
}

/** Reads on past the limit without keeping it: a client that is cut off while it sends would not see the answer. */
async function readUpTo(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes <= most) chunks.push(chunk as Buffer);
  }
  return bytes > most ? undefined : Buffer.concat(chunks);
}

function sendReply(response: ServerResponse, result: unknown): void {
  const reply = result as HandlerReply | undefined;
  if (typeof reply !== "object" || reply === null || typeof reply.statusCode !== "number") {
    response.writeHead(200, { "content-type": "application/json" });
    return void response.end(JSON.stringify(result ?? null));
  }
  response.writeHead(reply.statusCode, reply.headers);
  response.end(Buffer.from(reply.body ?? "", reply.isBase64Encoded ? "base64" : "utf8"));
}

function sendMessage(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ message }));
}
